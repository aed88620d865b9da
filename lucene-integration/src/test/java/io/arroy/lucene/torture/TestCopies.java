package io.arroy.lucene.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KeepOnlyLastCommitDeletionPolicy;
import org.apache.lucene.index.SnapshotDeletionPolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.tests.util.TestUtil;

/** Copies made while an index is written, and processes that search one which another writes. */
public class TestCopies extends TortureTestCase {
  private static IndexWriterConfig config() {
    return IndexingChild.config(random(), false);
  }

  /** A backup is a plain copy of the files of a snapshot; it can be opened, and added elsewhere. */
  public void testHotBackup() throws Exception {
    SnapshotDeletionPolicy snapshots =
        new SnapshotDeletionPolicy(new KeepOnlyLastCommitDeletionPolicy());
    Path folder = newFolder();
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer =
            new IndexWriter(directory, config().setIndexDeletionPolicy(snapshots))) {
      int[] range = new int[2];
      IndexingChild.change(writer, random(), range);
      IndexingChild.commit(writer, range);
      int backups = scale(4, 40);
      for (int i = 0; i < backups; i++) {
        IndexCommit commit = snapshots.snapshot();
        Path backup = newFolder();
        Thread copying = new Thread(() -> copy(folder, commit, backup), "backup");
        copying.start();
        for (int j = 0; j < 10; j++) {
          IndexingChild.change(writer, random(), range);
        }
        writer.forceMerge(1);
        IndexingChild.commit(writer, range);
        copying.join();
        snapshots.release(commit);
        writer.deleteUnusedFiles();
        checkCopy(backup, commit);
      }
    }
  }

  private static void copy(Path folder, IndexCommit commit, Path backup) {
    try {
      for (String file : commit.getFileNames()) {
        Files.copy(folder.resolve(file), backup.resolve(file));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void checkCopy(Path backup, IndexCommit commit) throws IOException {
    try (Directory copy = new MMapDirectory(backup);
        Directory other = newDirectory()) {
      int documents;
      try (DirectoryReader reader = DirectoryReader.open(copy)) {
        assertEquals(commit.getUserData(), reader.getIndexCommit().getUserData());
        documents = SearchChild.check(reader);
        TestUtil.checkReader(reader);
      }
      TestUtil.checkIndex(copy);
      try (IndexWriter adding = new IndexWriter(other, config())) {
        adding.addIndexes(copy);
        adding.forceMerge(1);
        adding.commit();
      }
      try (DirectoryReader added = DirectoryReader.open(other)) {
        assertEquals(documents, Documents.check(added).size());
      }
    }
  }

  public void testProcessesSearchWhatAnotherWrites() throws Exception {
    Path folder = newFolder();
    int commits = scale(30, 600);
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer = new IndexWriter(directory, config())) {
      int[] range = new int[2];
      IndexingChild.change(writer, random(), range);
      IndexingChild.commit(writer, range);
      try (ChildJvm one = ChildJvm.start(SearchChild.class, folder.toString());
          ChildJvm two = ChildJvm.start(SearchChild.class, folder.toString())) {
        for (ChildJvm child : new ChildJvm[] {one, two}) {
          String line = child.line();
          while (line != null && !line.equals("READY")) {
            line = child.line();
          }
          assertNotNull(child.last(), line);
        }
        for (int i = 0; i < commits; i++) {
          IndexingChild.change(writer, random(), range);
          IndexingChild.commit(writer, range);
          Thread.sleep(random().nextInt(40));
        }
        for (ChildJvm child : new ChildJvm[] {one, two}) {
          child.tell("enough");
          String last = child.finish().stream().reduce("", (first, second) -> second);
          assertEquals(child.last(), 0, child.exitCode());
          assertTrue(last, last.matches("REOPENED [1-9]\\d*"));
        }
      }
    }
  }
}
