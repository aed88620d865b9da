package io.arroy.lucene.torture;

import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.store.MockDirectoryWrapper;

/** Reads and writes that fail one by one, a full disk, lost power, a JVM without memory. */
public class TestIoErrors extends TortureTestCase {
  private static final int COMMITTED = 40;
  private static final int MORE = 90;

  /** Fails once, at the n-th thing that is done with files. */
  private static final class FailAt extends MockDirectoryWrapper.Failure {
    private final boolean error;
    private int left;
    private boolean failed;

    FailAt(int left, boolean error) {
      this.left = left;
      this.error = error;
    }

    @Override
    public void eval(MockDirectoryWrapper dir) throws IOException {
      if (doFail && !failed && --left < 0) {
        failed = true;
        if (error) {
          throw new OutOfMemoryError("fake, as wanted");
        }
        throw new IOException("fails, as wanted");
      }
    }
  }

  private boolean ours;
  private boolean compound;

  public void testEveryIoFails() throws IOException {
    fail(false);
  }

  public void testJvmErrorsAtEveryIo() throws IOException {
    fail(true);
  }

  private void fail(boolean error) throws IOException {
    for (int shape = 0; shape < 4; shape++) {
      ours = (shape & 1) == 0;
      compound = (shape & 2) == 0;
      // A codec that is not ours has a header padded by thousands of writes of one byte.
      int step = ours ? scale(211, 1) : scale(809, 9);
      int at = LONG ? 0 : random().nextInt(step);
      int rounds = 0;
      while (failAt(at, error)) {
        at += step;
        rounds++;
      }
      assertTrue("after " + at, rounds > 3);
      System.out.println(
          rounds + " of " + at + (error ? " errors" : " failures") + ", shape " + shape);
    }
  }

  private IndexWriter writer(Directory directory) throws IOException {
    ForestParameters parameters = ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(8);
    return new IndexWriter(
        directory,
        new IndexWriterConfig()
            .setCodec(Documents.codec(ours, parameters))
            .setMergeScheduler(new SerialMergeScheduler())
            .setUseCompoundFile(compound)
            .setCommitOnClose(false));
  }

  private static void add(IndexWriter writer, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      writer.addDocument(Documents.of(i));
    }
  }

  /** Whether there were so many things to fail at. */
  private boolean failAt(int number, boolean error) throws IOException {
    FailAt failure = new FailAt(number, error);
    try (MockDirectoryWrapper directory =
        random().nextBoolean() ? newMockFSDirectory(newFolder()) : newMockDirectory()) {
      directory.setAssertNoUnrefencedFilesOnClose(false); // Lucene leaves some to the next writer
      try (IndexWriter writer = writer(directory)) {
        add(writer, 0, COMMITTED);
        writer.commit();
      }
      directory.failOn(failure);
      failure.setDoFail();
      IndexWriter writer = null;
      Throwable thrown = null;
      boolean committed = false;
      try {
        writer = writer(directory);
        add(writer, COMMITTED, COMMITTED + MORE / 2);
        writer.flush();
        writer.deleteDocuments(new Term("id", "3"));
        add(writer, COMMITTED + MORE / 2, COMMITTED + MORE);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          reader.leaves().get(0).reader().checkIntegrity();
        }
        writer.forceMerge(1);
        writer.commit();
        committed = true;
      } catch (IOException | OutOfMemoryError | AlreadyClosedException e) {
        thrown = e;
      }
      failure.clearDoFail();
      boolean told = thrown != null && says(thrown, "as wanted");
      if (failure.failed && !told && !committed) {
        throw new AssertionError("not told of failure " + number, thrown);
      }
      if (writer != null) {
        writer.rollback();
      }
      expect(directory, committed, thrown != null);
      try (IndexWriter next = writer(directory)) {
        add(next, COMMITTED + MORE, COMMITTED + MORE + 5);
        next.forceMerge(1);
        next.commit();
      }
      for (String name : directory.listAll()) {
        assertFalse(name, name.endsWith(".tmp"));
      }
    }
    return failure.failed;
  }

  private static boolean says(Throwable thrown, String what) {
    List<Throwable> all = new ArrayList<>(List.of(thrown));
    for (int i = 0; i < all.size(); i++) {
      if (String.valueOf(all.get(i).getMessage()).contains(what)) {
        return true;
      }
      all.addAll(List.of(all.get(i).getSuppressed()));
      if (all.get(i).getCause() != null) {
        all.add(all.get(i).getCause());
      }
    }
    return false;
  }

  /** The old commit, or the new one; either may be meant if the commit itself was disturbed. */
  private static void expect(Directory directory, boolean committed, boolean disturbed)
      throws IOException {
    Set<Integer> old = IntStream.range(0, COMMITTED).boxed().collect(Collectors.toSet());
    Set<Integer> all = IntStream.range(0, COMMITTED + MORE).boxed().collect(Collectors.toSet());
    all.remove(3);
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      Set<Integer> found = Documents.check(reader);
      boolean right = committed ? found.equals(all) : found.equals(old);
      assertTrue(found.toString(), right || (disturbed && found.equals(all)));
    }
  }

  /** What was not synced is lost or damaged when power fails. */
  public void testPowerFails() throws IOException {
    int rounds = scale(10, 200);
    for (int i = 0; i < rounds; i++) {
      ours = random().nextBoolean();
      compound = random().nextBoolean();
      try (MockDirectoryWrapper directory =
          random().nextBoolean() ? newMockFSDirectory(newFolder()) : newMockDirectory()) {
        directory.setAssertNoUnrefencedFilesOnClose(false);
        IndexWriter writer = writer(directory);
        add(writer, 0, COMMITTED);
        writer.commit();
        add(writer, COMMITTED, COMMITTED + MORE);
        writer.flush();
        if (random().nextBoolean()) {
          writer.forceMerge(1);
        }
        directory.crash();
        expectThrowsAnyOf(
            List.of(IOException.class, AlreadyClosedException.class),
            () -> {
              try (IndexWriter late = writer) {
                late.commit();
              }
            });
        writer.rollback();
        directory.clearCrash();
        expect(directory, false, false);
        writer(directory).close();
      }
    }
  }

  public void testDiskFull() throws Exception {
    Sandbox.assumeMounts();
    String disk = newFolder().toString();
    String mount = "mount -t tmpfs -o size=8m none " + Sandbox.quote(disk);
    int rounds = scale(25, 600);
    long seed = random().nextInt(Integer.MAX_VALUE);
    List<String> command =
        ChildJvm.command(DiskFullChild.class, disk, Long.toString(seed), Integer.toString(rounds));
    try (ChildJvm child = ChildJvm.start(Sandbox.command(mount, command))) {
      List<String> lines = child.finish();
      assertEquals(child.last(), 0, child.exitCode());
      long fit = lines.stream().filter(line -> line.endsWith("fit")).count();
      assertTrue(fit + " of " + rounds, fit > 0 && fit < rounds);
      System.out.println(rounds + " full disks, enough in " + fit);
    }
  }
}
