package io.arroy.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.cli.vectors.VectorTestCase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Runs commands in this process. */
@ThreadLeakFilters(filters = JnrThreads.class)
public abstract class CliTestCase extends VectorTestCase {
  /** What a command left. */
  protected record Result(int code, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  /** Runs a command. */
  protected static Result run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), words);
    return new Result(code, out.toString(), err.toString());
  }

  /** Runs a command that must succeed; returns what it wrote. */
  protected static String ok(Object... arguments) {
    Result result = run(arguments);
    assertEquals(result.toString(), 0, result.code());
    return result.out();
  }

  /** Runs a command that must fail with one line that says all this. */
  protected static void fails(List<String> said, Object... arguments) {
    Result result = run(arguments);
    assertEquals(result.toString(), 1, result.code());
    assertEquals(result.toString(), "", result.out());
    assertEquals(result.toString(), 1, result.err().lines().count());
    for (String part : said) {
      assertTrue(result.err(), result.err().contains(part));
    }
  }

  /** Random vectors of small whole numbers, which every format can hold. */
  protected static float[][] vectors(int count, int dimension) {
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      for (int i = 0; i < dimension; i++) {
        vector[i] = randomIntBetween(0, 100);
      }
    }
    return vectors;
  }

  /** Writes vectors as fvecs. */
  protected static Path fvecs(Path file, float[][] vectors) throws IOException {
    int bytes = vectors.length * (4 + 4 * vectors[0].length);
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] vector : vectors) {
      buffer.putInt(vector.length);
      for (float value : vector) {
        buffer.putFloat(value);
      }
    }
    return Files.write(file, buffer.array());
  }

  /** A built Euclidean index 0 with ids 0, 1, 2, …. */
  protected static Path built(Path folder, float[][] vectors) throws IOException {
    Path file = folder.resolve("index.mdb");
    ok("create", file, "-d", "euclidean", "-n", vectors[0].length);
    ok("import", file, fvecs(folder.resolve("vectors.fvecs"), vectors), "-q");
    ok("build", file, "--forest-from", 50, "--leaf-size", 10, "-q");
    return file;
  }

  /** The names, sizes and times of the files in a folder. */
  protected static Map<String, String> listing(Path folder) throws IOException {
    Map<String, String> listing = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        listing.put(
            file.getFileName().toString(),
            Files.size(file) + " " + Files.getLastModifiedTime(file));
      }
    }
    return listing;
  }

  /** Inverts a bit of a file. */
  protected static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[Math.toIntExact(at)] ^= 4;
    Files.write(file, bytes);
  }

  /** Where some bytes first stand in a file. */
  protected static long find(Path file, byte[] wanted) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at <= bytes.length - wanted.length; at++) {
      if (java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    throw new AssertionError("not found");
  }
}
