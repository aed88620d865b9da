package io.arroy.lucene.torture;

import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.RandomIndexWriter;
import org.apache.lucene.tests.util.TestUtil;

/** Lucene's own random writer, and its checks of readers. */
public class TestRandomWriter extends TortureTestCase {
  public void testRandomWriter() throws IOException {
    int rounds = scale(10, 300);
    for (int i = 0; i < rounds; i++) {
      ForestParameters parameters =
          ForestParameters.DEFAULT
              .withForestFrom(random().nextInt(100))
              .withLeafSize(TestUtil.nextInt(random(), 2, 30))
              .withTrees(TestUtil.nextInt(random(), 1, 3));
      try (Directory directory = newDirectory()) {
        write(directory, Documents.codec(random().nextBoolean(), parameters));
      }
    }
  }

  private static void write(Directory directory, Codec codec) throws IOException {
    Set<Integer> wanted = new TreeSet<>();
    try (RandomIndexWriter writer =
        new RandomIndexWriter(random(), directory, newIndexWriterConfig().setCodec(codec))) {
      int changes = TestUtil.nextInt(random(), 1, 300);
      for (int number = 0; number < changes; number++) {
        if (random().nextInt(5) == 0) {
          int deleted = random().nextInt(number + 1);
          writer.deleteDocuments(new Term("id", Integer.toString(deleted)));
          wanted.remove(deleted);
        }
        if (random().nextBoolean()) {
          writer.addDocument(Documents.of(number));
        } else {
          String id = Integer.toString(number);
          writer.updateDocument(new Term("id", id), Documents.of(number));
        }
        wanted.add(number);
        if (random().nextInt(100) == 0) {
          try (DirectoryReader reader = writer.getReader()) {
            assertEquals(wanted, Documents.check(reader));
            TestUtil.checkReader(reader);
          }
        }
      }
      writer.commit();
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(wanted, Documents.check(reader));
      TestUtil.checkReader(reader);
    }
  }
}
