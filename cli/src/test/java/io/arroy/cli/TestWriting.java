package io.arroy.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.Before;
import org.junit.Test;

/** The commands that change an environment. */
public class TestWriting extends CliTestCase {
  private Path folder;
  private Path file;

  @Before
  public void setUp() throws IOException {
    folder = newTempDir();
    file = folder.resolve("index.mdb");
  }

  @Test
  public void createMakesAnIndex() {
    String said = ok("create", file, "-d", "cosine", "-n", 3, "--index", 7);
    assertEquals("created index 7: cosine, 3 x float32\n", said);
    ok("create", file, "-d", "dot_product", "-n", 5, "-e", "byte");
    fails(List.of("has an index 7 already"), "create", file, "-d", "cosine", "-n", 3, "--index", 7);
    assertEquals(2, ok("stats", file, "--json").lines().filter(l -> l.contains("label")).count());
  }

  @Test
  public void failedCreateLeavesNothing() throws IOException {
    fails(List.of("dimension of index 0", "got 0"), "create", file, "-d", "cosine", "-n", 0);
    fails(
        List.of("index must be 0 to 65535"),
        "create",
        file,
        "-d",
        "cosine",
        "-n",
        3,
        "--index",
        65_536);
    assertEquals(Map.of(), listing(folder));
    fails(List.of("is a directory"), "create", folder, "-d", "cosine", "-n", 3);
    Path text = Files.writeString(folder.resolve("text"), "x".repeat(10_000));
    Map<String, String> before = listing(folder);
    fails(List.of("no LMDB data file"), "create", text, "-d", "cosine", "-n", 3);
    assertEquals(before, listing(folder));
  }

  @Test
  public void idsEndWithTheLargestInt() throws IOException {
    ok("create", file, "-d", "euclidean", "-n", 3);
    Path two = fvecs(folder.resolve("two.fvecs"), vectors(2, 3));
    fails(
        List.of("ids count up from 2147483647 and end at 2147483647"),
        "import",
        file,
        two,
        "--first-id",
        2147483647);
    ok("import", file, two, "-q", "--first-id", 2147483646);
  }

  private void assertImported(Path vectors, String element) throws IOException {
    Files.deleteIfExists(file);
    ok("create", file, "-d", "euclidean", "-n", 3, "-e", element);
    String said = ok("import", file, vectors, "-q", "--first-id", 10);
    assertTrue(said, said.startsWith("imported 2 items"));
    ok("build", file, "-q");
    String dump = ok("dump", file);
    assertTrue(dump, dump.contains("  0: id 10 [1 2 3]\n  1: id 11 [4 0 6]\n"));
  }

  @Test
  public void importReadsEveryFormat() throws IOException {
    Path floats = fvecs(folder.resolve("a.fvecs"), new float[][] {{1, 2, 3}, {4, 0, 6}});
    assertImported(floats, "float32");
    assertImported(floats, "byte");
    Path bytes = write(folder, "a.bvecs", ints(3), bytes(1, 2, 3), ints(3), bytes(4, 0, 6));
    assertImported(bytes, "float32");
    assertImported(bytes, "byte");
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
    assertImported(
        write(
            folder,
            "a.npy",
            bytes(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, header.length(), 0),
            text(header),
            floats(1, 2, 3, 4, 0, 6)),
        "float32");
    assertImported(write(folder, "a.u8.gz", gzip(bytes(1, 2, 3, 4, 0, 6))), "byte");
    String lines =
        "{\"id\": 11, \"vector\": [4, 0, 6.0]}\n\n{\"vector\":[1,2,3],\"x\":{},\"id\":10}";
    assertImported(write(folder, "a.jsonl", text(lines)), "float32");
    assertImported(write(folder, "a.jsonl.gz", gzip(text(lines))), "byte");
  }

  @Test
  public void idsMayComeFromAFile() throws IOException {
    Path vectors = fvecs(folder.resolve("a.fvecs"), new float[][] {{1}, {2}, {3}});
    ok("create", file, "-d", "euclidean", "-n", 1);
    Path ids = Files.writeString(folder.resolve("ids"), "5\n900\n7\n");
    ok("import", file, vectors, "--ids", ids, "-q");
    ok("build", file, "-q");
    String dump = ok("dump", file);
    assertTrue(dump, dump.contains("  0: id 5 [1]\n  1: id 7 [3]\n  2: id 900 [2]\n"));
    Files.writeString(ids, "5\n900\n");
    fails(List.of("has 2 ids", "has more rows"), "import", file, vectors, "--ids", ids, "-q");
    Files.writeString(ids, "5\n900\n7\n8\n");
    fails(List.of("more ids than", "rows, 3"), "import", file, vectors, "--ids", ids, "-q");
    Files.writeString(ids, "5\n-3\n7\n");
    fails(List.of("line 2", "\"-3\" is no id"), "import", file, vectors, "--ids", ids, "-q");
  }

  @Test
  public void failedImportChangesNothing() throws IOException {
    built(folder, vectors(60, 2));
    String before = ok("dump", file);
    Map<String, String> bad =
        Map.of(
            "{\"id\": 1, \"vector\": [1]}", "line 2: item 1 of index 0 has 1 dimensions, not 2",
            "{\"id\": 1, \"vector\": [1, 1e99]}", "Infinity at position 1",
            "{\"id\": -1, \"vector\": [1, 2]}", "\"-1\" is no id",
            "{\"id\": 1.5, \"vector\": [1, 2]}", "no whole number",
            "{\"id\": 99999999999, \"vector\": [1, 2]}", "is no id",
            "{\"vector\": [1, 2]}", "line 2 has no \"id\"",
            "{\"id\": 1}", "line 2 has no \"vector\"",
            "{\"id\": 1, \"vector\": [1, null]}", "something else than a number at position 1",
            "[1, 2]", "line 2 is no JSON object",
            "{\"id\": 1", "line 2 is no JSON");
    for (Map.Entry<String, String> line : bad.entrySet()) {
      String text = "{\"id\": 3, \"vector\": [1, 2]}\n" + line.getKey();
      Path vectors = write(folder, "bad.jsonl", text(text));
      fails(List.of(vectors.toString(), line.getValue()), "import", file, vectors, "-q");
      assertEquals(before, ok("dump", file));
    }
    Path cut = write(folder, "cut.fvecs", ints(2), floats(1, 2), ints(2), floats(1));
    fails(List.of("not a whole number of rows"), "import", file, cut, "-q");
    Path named = write(folder, "a.txt", text("1 2"));
    fails(List.of("the name must end in"), "import", file, named, "-q");
    fails(List.of("missing.fvecs: no such file"), "import", file, folder.resolve("missing.fvecs"));
    fails(List.of("there is no index 4"), "import", file, cut, "--index", 4, "-q");
    assertEquals(before, ok("dump", file));
  }

  @Test
  public void bytesMustFit() throws IOException {
    ok("create", file, "-d", "euclidean", "-n", 2, "-e", "byte");
    Path vectors = write(folder, "a.bvecs", ints(2), bytes(127, 0), ints(2), bytes(3, 128));
    fails(List.of("row 1", "holds 128.0 at position 1", "-128 to 127"), "import", file, vectors);
  }

  @Test
  public void batchesCanBeResumed() throws IOException {
    ok("create", file, "-d", "euclidean", "-n", 1);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 25; i++) {
      lines.append("{\"id\": " + i + ", \"vector\": [" + i + "]}\n");
    }
    String bad = lines.toString().replace("[17]", "[17, 0]");
    Path vectors = write(folder, "a.jsonl", text(bad));
    fails(
        List.of("line 18", "the first 15 rows are in: go on with --skip 15"),
        "import",
        file,
        vectors,
        "--batch",
        5,
        "-q");
    write(folder, "a.jsonl", text(lines.toString()));
    ok("import", file, vectors, "--batch", 5, "--skip", 15, "-q");
    ok("build", file, "-q");
    assertTrue(ok("dump", file).contains("25 items, dense ids"));
  }

  @Test
  public void buildKeepsWhatItIsNotTold() throws IOException {
    built(folder, vectors(300, 4));
    ok("build", file, "--trees", 3, "--seed", 7, "--forest-from", 50, "-q", "--anew");
    ok("delete", file, 0);
    String said = ok("build", file, "-q", "--threads", 2, "--forest-from", 50);
    assertTrue(said, said.startsWith("built index 0: euclidean, 4 x float32: 299 items, 3 trees"));
    String dump = ok("dump", file);
    assertTrue(dump, dump.contains("forest: 3 trees of 299 items, leaf size 10, seed 7\n"));
    fails(List.of("trees must be"), "build", file, "--trees", -1, "-q");
    fails(List.of("--threads must be at least 1"), "build", file, "--threads", 0, "-q");
    fails(List.of("there is no index 3"), "build", file, "--index", 3, "-q");
    assertEquals(dump, ok("dump", file));
  }

  @Test
  public void progressGoesToStandardError() throws IOException {
    built(folder, vectors(300, 4));
    Result result = run("build", file, "--anew", "--forest-from", 50);
    assertTrue(result.err(), result.err().contains("build tree 1 of 1 ..."));
    assertEquals(1, result.lines().size());
  }

  @Test
  public void deleteIsAllOrNothing() throws IOException {
    built(folder, vectors(100, 2));
    fails(List.of("no item 100", "nothing was deleted"), "delete", file, 3, 100);
    assertTrue(ok("stats", file).contains("0 changes"));
    Path ids = Files.writeString(folder.resolve("ids"), "4 5\n6\n");
    String said = ok("delete", file, 3, 4, 100, "--ids", ids, "--missing-ok");
    assertTrue(said, said.startsWith("deleted 4 items"));
    ok("build", file, "-q");
    assertTrue(ok("stats", file).contains("96 items"));
    fails(List.of("no ids given"), "delete", file);
  }

  @Test
  public void compactKeepsEverything() throws IOException {
    float[][] vectors = vectors(2000, 8);
    built(folder, vectors);
    for (int round = 0; round < 3; round++) {
      ok("delete", file, round);
      ok("build", file, "-q");
    }
    String dump = ok("dump", file);
    Path copy = folder.resolve("copy.mdb");
    ok("compact", file, "--to", copy);
    assertEquals(dump, ok("dump", copy));
    assertTrue(Files.size(copy) < Files.size(file));
    fails(List.of("copy.mdb: exists already"), "compact", file, "--to", copy);
    ok("compact", file, "--replace");
    assertEquals(-1, Files.mismatch(file, copy));
    ok("delete", file, 9);
    ok("build", file, "-q");
    ok("verify", file);
    fails(List.of("missing: no such file"), "compact", folder.resolve("missing"), "--replace");
    Result usage = run("compact", file);
    assertEquals(usage.toString(), 2, usage.code());
    assertTrue(usage.err(), usage.err().startsWith("error: Missing required argument"));
  }

  /** Copies are written in a folder of their own first, which nobody has asked for. */
  @Test
  public void compactNamesTheCopyItCannotMake() throws IOException {
    built(folder, vectors(100, 2));
    Map<String, String> before = listing(folder);
    for (String nowhere : List.of("nowhere/copy.mdb", "vectors.fvecs/copy.mdb")) {
      Path copy = folder.resolve(nowhere);
      fails(List.of("error: " + copy + ": its folder is missing"), "compact", file, "--to", copy);
    }
    assertEquals(before, listing(folder));
  }

  @Test
  public void missingFilesAreNotMade() throws IOException {
    Path vectors = fvecs(folder.resolve("a.fvecs"), new float[][] {{1}});
    Map<String, String> before = listing(folder);
    for (Object[] command :
        new Object[][] {
          {"import", file, vectors},
          {"build", file},
          {"delete", file, 1},
          {"stats", file},
          {"verify", file},
          {"dump", file},
          {"plot", file},
          {"query", file, "--item", 1},
          {"compact", file, "--replace"}
        }) {
      fails(List.of("index.mdb: no such file"), command);
    }
    assertEquals(before, listing(folder));
  }
}
