package io.arroy.demo.data;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.demo.DemoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.Before;
import org.junit.Test;

/** Good folders are read; whatever is wrong with a bad one is said in one line. */
public class TestDataFolder extends RandomizedTest {
  private Path folder;

  @Before
  public void writeFolder() throws IOException {
    folder = SmallFolder.write(newTempDir());
  }

  @Test
  public void readsAll() throws IOException {
    DataFolder data = read();
    assertEquals(SmallFolder.ENTRIES, data.entries().size());
    assertEquals(SmallFolder.ENTRIES, data.vectors().size());
    assertEquals(SmallFolder.QUERIES, data.questions().size());
    assertEquals(384, data.vectors().dimension());
    Entry entry = data.entries().get(0);
    assertEquals("early", entry.title());
    assertEquals(List.of("adj.all"), entry.words("section"));
    assertEquals(Long.valueOf(17), entry.numbers().get("n_relations"));
    assertTrue(data.schema().hasWord("section", "adj.all"));
    assertTrue(data.schema().hasNumbers("n_relations"));
    assertFalse(data.schema().hasWords("title"));
    float[] vector = data.vectors().row(randomIntBetween(0, SmallFolder.ENTRIES - 1));
    double norm = 0;
    for (float value : vector) {
      norm += value * value;
    }
    assertEquals(1, norm, 1e-3);
  }

  @Test
  public void questionsKnowTheirAnswers() throws IOException {
    Question question = read().questions().get(1);
    assertEquals("lantern pinion, lantern wheel", question.answer());
    assertEquals("noun.artifact", question.own("section"));
    assertEquals("n", question.own("pos"));
    assertEquals("a,s", read().questions().get(0).own("pos"));
  }

  @Test
  public void packagesAreReadToo() throws IOException {
    SmallFolder.writeDocs(
        folder,
        List.of(
            "{\"row\":0,\"id\":\"a\",\"title\":\"a\",\"text\":\"x\",\"suites\":[\"sid\",\"trixie\"],"
                + "\"tags\":[],\"homepage\":true,\"installed_size\":7}"));
    Files.write(folder.resolve("base.f16"), new byte[384 * Short.BYTES]);
    Files.writeString(
        folder.resolve("queries.jsonl"),
        "{\"text\":\"q\",\"own_size\":[4,10],\"own_section\":\"libs\",\"sibling_rows\":[0]}\n");
    cut("queries.f32", 384 * Float.BYTES);
    DataFolder data = read();
    assertEquals(List.of("sid", "trixie"), data.entries().get(0).words("suites"));
    assertEquals(List.of(), data.entries().get(0).words("tags"));
    assertEquals(List.of("true"), data.entries().get(0).words("homepage"));
    assertEquals("4..10", data.questions().get(0).own("installed_size"));
    assertEquals("libs", data.questions().get(0).own("section"));
    assertTrue(data.questions().get(0).relates(0));
  }

  @Test
  public void everyMissingFileIsNamed() throws IOException {
    for (String name : List.of("base.f16", "docs.jsonl.gz", "queries.jsonl", "queries.f32")) {
      writeFolder();
      Files.delete(folder.resolve(name));
      assertProblem("no readable file " + name);
    }
    folder = folder.resolve("nowhere");
    assertProblem("no data folder");
  }

  @Test
  public void truncatedVectors() throws IOException {
    int whole = SmallFolder.ENTRIES * 384 * Short.BYTES;
    cut("base.f16", randomIntBetween(0, whole - 1));
    assertProblem("entries of 384 dimensions (from the queries) take 307,200");
  }

  @Test
  public void truncatedQueryVectors() throws IOException {
    cut("queries.f32", randomIntBetween(0, SmallFolder.QUERIES - 1) * 384 * Float.BYTES + 5);
    assertProblem("queries.f32 holds");
    // Cut to a whole number of floats for each query, which then disagrees with the entries.
    cut("queries.f32", SmallFolder.QUERIES * 100 * Float.BYTES);
    assertProblem("of 100 dimensions (from the queries)");
  }

  @Test
  public void truncatedEntries() throws IOException {
    int size = (int) Files.size(folder.resolve("docs.jsonl.gz"));
    cut("docs.jsonl.gz", randomIntBetween(0, size - 1));
    assertProblem("docs.jsonl.gz is truncated");
  }

  @Test
  public void entriesThatAreNotGzip() throws IOException {
    Files.writeString(folder.resolve("docs.jsonl.gz"), "plain text");
    assertProblem("docs.jsonl.gz is not a valid gzip file");
  }

  @Test
  public void truncatedQueries() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve("queries.jsonl"));
    cut("queries.jsonl", bytes.length - 20);
    assertProblem("queries.jsonl line 12 is not JSON");
    cut("queries.jsonl", 0);
    assertProblem("holds no query");
  }

  @Test
  public void badEntries() throws IOException {
    assertBadEntry("[]", "docs.jsonl.gz line 1: not a JSON object");
    assertBadEntry("", "docs.jsonl.gz line 1: not a JSON object");
    assertBadEntry("{\"id\":\"a\",\"title\":\"b\"}", "line 1: no string \"text\"");
    assertBadEntry(
        "{\"row\":7,\"id\":\"a\",\"title\":\"b\",\"text\":\"c\"}", "row is 7, expected 0");
  }

  @Test
  public void fieldOfTwoKinds() throws IOException {
    SmallFolder.writeDocs(
        folder,
        List.of(
            "{\"id\":\"a\",\"title\":\"b\",\"text\":\"c\",\"f\":1}",
            "{\"id\":\"b\",\"title\":\"b\",\"text\":\"c\",\"f\":\"x\"}"));
    cut("base.f16", 2 * 384 * Short.BYTES);
    assertProblem("field f holds words in some entries and numbers in others");
  }

  @Test
  public void textThatIsNotUtf8() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve("queries.jsonl"));
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("curve")] = (byte) 0xff;
    Files.write(folder.resolve("queries.jsonl"), bytes);
    assertProblem("queries.jsonl is not UTF-8");
  }

  @Test
  public void vectorsThatAreNotFinite() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve("base.f16"));
    int row = randomIntBetween(0, SmallFolder.ENTRIES - 1);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(
            (row * 384 + randomIntBetween(0, 383)) * Short.BYTES, Float.floatToFloat16(Float.NaN));
    Files.write(folder.resolve("base.f16"), bytes);
    assertProblem("the vector of row " + row + " is not finite");
  }

  private void assertBadEntry(String line, String problem) throws IOException {
    SmallFolder.writeDocs(folder, List.of(line));
    assertProblem(problem);
  }

  private void assertProblem(String expected) {
    DemoException e = assertThrows(DemoException.class, this::read);
    assertThat(e.getMessage(), containsString(expected));
    assertFalse(e.getMessage(), e.getMessage().contains("\n"));
  }

  private DataFolder read() throws IOException {
    return DataFolder.read(folder, entries -> {});
  }

  private void cut(String name, int bytes) throws IOException {
    byte[] all = Files.readAllBytes(folder.resolve(name));
    Files.write(folder.resolve(name), Arrays.copyOf(all, bytes));
  }
}
