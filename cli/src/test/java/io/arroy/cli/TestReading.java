package io.arroy.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.arroy.forest.distance.Distance;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.Before;
import org.junit.Test;

/** The commands that only read, on a live environment. */
public class TestReading extends CliTestCase {
  private Path folder;

  @Before
  public void setUp() throws IOException {
    folder = newTempDir();
  }

  /** The ids of the nearest, by distance and id. */
  private static List<Integer> exact(float[][] vectors, float[] query, int k, int from) {
    return IntStream.range(from, vectors.length)
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                    (Integer id) -> -Distance.EUCLIDEAN.proximity(query, vectors[id]))
                .thenComparing(id -> id))
        .limit(k)
        .toList();
  }

  private static List<Integer> ids(String text) {
    return text.lines().map(line -> Integer.parseInt(line.strip().split(" +", -1)[0])).toList();
  }

  @Test
  public void queriesByVectorItemAndFile() throws IOException {
    float[][] vectors = vectors(200, 5);
    Path file = built(folder, vectors);
    int id = randomIntBetween(0, 199);
    String vector = java.util.Arrays.toString(vectors[id]);
    List<Integer> expected = exact(vectors, vectors[id], 10, 0);
    // A budget of all items makes the search exact.
    String byVector = ok("query", file, "--vector", vector, "--budget", 200);
    assertEquals(expected, ids(byVector));
    assertEquals(byVector, ok("query", file, "--item", id, "--budget", 200));
    Path queries = fvecs(folder.resolve("q.fvecs"), new float[][] {vectors[id], vectors[0]});
    String byFile = ok("query", file, "--vectors", queries, "--budget", 200, "-k", 3);
    assertEquals(8, byFile.lines().count());
    assertTrue(byFile, byFile.startsWith("query 0:\n"));
    assertEquals(exact(vectors, vectors[0], 3, 0), ids(byFile.split("query 1:\n", -1)[1]));
  }

  @Test
  public void queriesAcceptedItems() throws IOException {
    float[][] vectors = vectors(200, 5);
    Path file = built(folder, vectors);
    StringBuilder accepted = new StringBuilder();
    for (int id = 199; id >= 150; id--) {
      accepted.append(id).append(id % 7 == 0 ? "\n" : " ");
    }
    Path ids = Files.writeString(folder.resolve("accepted"), accepted);
    assertEquals(
        exact(vectors, vectors[3], 10, 150),
        ids(ok("query", file, "--item", 3, "--accepted", ids, "--budget", 200)));
  }

  @Test
  public void queriesAnswerInJson() throws IOException {
    Path file = built(folder, new float[][] {{0, 0}, {3, 4}, {6, 8}});
    assertEquals(
        """
        {"query":0,"rank":1,"id":0,"distance":0.0}
        {"query":0,"rank":2,"id":1,"distance":5.0}
        {"query":0,"rank":3,"id":2,"distance":10.0}
        """,
        ok("query", file, "--vector", "0,0", "-o", "json"));
  }

  @Test
  public void badQueriesAreNamed() throws IOException {
    Path file = built(folder, vectors(60, 2));
    fails(List.of("queries of 2 FLOAT32, got 3"), "query", file, "--vector", "1,2,3");
    fails(List.of("\"x\" at position 1 is no number"), "query", file, "--vector", "1,x");
    fails(List.of("there is no item 60"), "query", file, "--item", 60);
    fails(List.of("there is no item -1"), "query", file, "--item", -1);
    fails(List.of("k must be at least 1"), "query", file, "--item", 1, "-k", 0);
    fails(List.of("budget must be at least 1"), "query", file, "--item", 1, "--budget", 0);
    fails(List.of("has no index 9"), "query", file, "--item", 1, "--index", 9);
    fails(List.of("is not in one"), "query", file, "--item", 1, "--segment", "_0");
  }

  @Test
  public void changesThatAreNotBuiltAreTold() throws IOException {
    Path file = built(folder, vectors(60, 2));
    ok("delete", file, 7);
    fails(List.of("index 0 has changes that are not built", "--built"), "query", file, "--item", 7);
    assertEquals(7, (int) ids(ok("query", file, "--item", 7, "--built", "-k", 60)).get(0));
    assertTrue(ok("stats", file).contains("1 change not built"));
    assertTrue(ok("dump", file).endsWith("changes:\n  delete 7\n"));
  }

  @Test
  public void statsTellOfTreesAndBytes() throws IOException {
    Path file = built(folder, vectors(200, 5));
    String text = ok("stats", file);
    assertTrue(text, text.startsWith("index 0: euclidean, 5 x float32\n  200 items"));
    assertTrue(text, text.contains("1 tree, leaf size 10, seed 42"));
    assertTrue(text, text.matches("(?s).*vectors +4,000 bytes in 1 block\n.*"));
    assertTrue(text, text.matches("(?s).*\nfile: .* 0 lost\n"));
    List<String> json = ok("stats", file, "--json").lines().toList();
    assertEquals(2, json.size());
    assertTrue(json.get(0), json.get(0).contains("\"items\":200,"));
    assertTrue(json.get(1), json.get(1).contains("\"lost\":0"));
  }

  @Test
  public void plotDrawsSvgAndDot() throws IOException {
    Path file = built(folder, vectors(200, 5));
    String svg = ok("plot", file);
    assertTrue(svg, svg.startsWith("<svg ") && svg.endsWith("</svg>\n"));
    Path dot = folder.resolve("tree.dot");
    assertEquals("", ok("plot", file, "-o", dot, "--limit", 20));
    String drawn = Files.readString(dot);
    assertTrue(drawn, drawn.startsWith("digraph tree {\n") && drawn.contains("more"));
    assertFalse(listing(folder).keySet().toString().contains(".part"));
    fails(List.of("there is no tree 1"), "plot", file, "--tree", 1, "-o", dot);
    assertEquals(drawn, Files.readString(dot));
    fails(List.of("limit must be at least 10"), "plot", file, "--limit", 9);
  }

  /** No viewer of pictures opens an SVG that is called PNG. */
  @Test
  public void plotDrawsWhatTheNameSays() throws IOException {
    Path file = built(folder, vectors(200, 5));
    for (String name : List.of("tree.png", "tree", "tree.svgz", "svg")) {
      Path output = folder.resolve(name);
      fails(
          List.of("must end in .svg, .dot or .gv, got " + output, "--format"),
          "plot",
          file,
          "-o",
          output);
      assertFalse(Files.exists(output));
      ok("plot", file, "-o", output, "-f", "dot");
      assertTrue(Files.readString(output).startsWith("digraph "));
    }
    for (String name : List.of("tree.svg", "TREE.SVG")) {
      ok("plot", file, "-o", folder.resolve(name));
      assertTrue(Files.readString(folder.resolve(name)).startsWith("<svg "));
    }
    for (String name : List.of("tree.gv", "TREE.DOT")) {
      ok("plot", file, "-o", folder.resolve(name));
      assertTrue(Files.readString(folder.resolve(name)).startsWith("digraph "));
    }
  }

  @Test
  public void plotReplacesNothingButDrawings() throws IOException {
    Path file = built(folder, vectors(200, 5));
    byte[] before = Files.readAllBytes(file);
    fails(List.of("exists and is no drawing"), "plot", file, "-o", file, "-f", "svg");
    assertArrayEquals(before, Files.readAllBytes(file));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    fails(List.of("exists and is no drawing"), "plot", file, "-o", empty, "-f", "svg");
    assertTrue(Files.isDirectory(empty));
    fails(List.of("is no Lucene index"), "stats", empty);
    Path drawing = folder.resolve("tree.svg");
    Path besides = Files.copy(file, folder.resolve("tree.svg.part"));
    ok("plot", file, "-o", drawing);
    assertArrayEquals(before, Files.readAllBytes(besides));
    fails(List.of("nowhere: no such file"), "plot", file, "-o", folder.resolve("nowhere/t.svg"));
    ok("plot", file, "-o", drawing);
  }

  /** A result that was cut off is no success. */
  @Test
  public void failsWhereNothingCanBeWritten() throws IOException {
    Path file = built(folder, vectors(200, 5));
    Writer full =
        new Writer() {
          @Override
          public void write(char[] chars, int from, int length) throws IOException {
            throw new IOException("full");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    StringWriter err = new StringWriter();
    PrintWriter out = new PrintWriter(full);
    assertEquals(1, Main.run(out, new PrintWriter(err), "dump", file.toString()));
    assertEquals("error: standard output could not be written\n", err.toString());
  }

  @Test
  public void plotWantsOneIndex() throws IOException {
    Path file = built(folder, vectors(60, 2));
    ok("create", file, "-d", "cosine", "-n", 3, "--index", 5);
    fails(List.of("several indexes: index 0, index 5"), "plot", file);
    fails(List.of("several indexes", "has 0 trees").subList(1, 2), "plot", file, "--index", 5);
    ok("plot", file, "--index", 0);
    fails(List.of("index 0 and index 5", "choose one"), "query", file, "--item", 1);
    ok("query", file, "--item", 1, "--index", 0);
  }

  @Test
  public void verifyPassesWhatIsSound() throws IOException {
    Path file = built(folder, vectors(200, 5));
    String said = ok("verify", file);
    assertTrue(said, said.matches("ok: 1 index, 200 items, 1 tree, \\d+ blocks, \\d+ pages\n"));
  }

  @Test
  public void verifyNamesAChangedVector() throws IOException {
    float[][] vectors = vectors(200, 300);
    Path file = built(folder, vectors);
    ok("compact", file, "--replace"); // else a free page may still hold the vector
    ByteBuffer row = ByteBuffer.allocate(1200).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : vectors[17]) {
      row.putFloat(value);
    }
    // A number becomes none.
    long at = find(file, row.array());
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at + 3] = 0x7f;
    bytes[(int) at + 2] = (byte) 0xc0;
    Files.write(file, bytes);
    fails(List.of("vector of ordinal 17 holds NaN at 0"), "verify", file);
  }

  @Test
  public void verifyNamesWhateverIsFlipped() throws IOException {
    Path file = built(folder, vectors(200, 5));
    ok("compact", file, "--replace"); // else most are free pages
    byte[] sound = Files.readAllBytes(file);
    int found = 0;
    List<Long> silent = new ArrayList<>();
    for (int round = 0; round < 60; round++) {
      long at = randomIntBetween(0, sound.length - 1);
      flip(file, at);
      Result result = run("verify", file);
      if (result.code() != 0) {
        found++;
        assertEquals(result.toString(), 1, result.code());
        assertEquals(result.toString(), 1, result.err().lines().count());
        assertFalse(result.err(), result.err().contains("unexpected"));
      } else {
        silent.add(at);
      }
      Files.write(file, sound);
    }
    // Unused parts of pages and the last bits of numbers may be silent: about four in five.
    assertTrue("silent: " + silent, found > 0);
  }

  @Test
  public void damagedPagesAreNamed() throws IOException {
    Path file = built(folder, vectors(200, 5));
    long database = find(file, "arroy".getBytes(UTF_8));
    byte[] bytes = Files.readAllBytes(file);
    for (int page = 2; page < bytes.length / 4096; page++) {
      boolean leaf = bytes[page * 4096 + 10] == 2;
      if (leaf && page == database / 4096) {
        bytes[page * 4096 + 12] ^= 0x40; // where its free space starts
      }
    }
    Files.write(file, bytes);
    for (String command : List.of("verify", "stats", "dump", "plot")) {
      fails(List.of(file.toString(), "page"), command, file);
    }
  }
}
