package io.arroy.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The packed jar, started as a process, with and without the JVM's vector module. */
public class RunnableJarTest {
  private static final Path JAR = Path.of(System.getProperty("arroy.jar"));

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private record Result(int code, String out, String err) {}

  private Result run(boolean simd, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (simd) {
      command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    }
    command.addAll(List.of("-jar", JAR.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path err = folder.newFile().toPath();
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), out, Files.readString(err));
  }

  private String ok(boolean simd, Object... arguments) throws Exception {
    Result result = run(simd, arguments);
    assertEquals(result.toString(), 0, result.code());
    return result.out();
  }

  @Test
  public void theJarWorksAlone() throws Exception {
    Path file = folder.getRoot().toPath().resolve("index.mdb");
    Path lines = folder.getRoot().toPath().resolve("a.jsonl");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1200; i++) {
      text.append("{\"id\":" + 2 * i + ",\"vector\":[" + i + "," + i % 7 + "]}\n");
    }
    Files.writeString(lines, text);
    ok(false, "create", file, "-d", "euclidean", "-n", 2);
    ok(true, "import", file, lines);
    assertTrue(ok(true, "build", file, "--forest-from", 1000).contains("1,200 items, 1 tree"));
    assertTrue(ok(false, "verify", file).startsWith("ok: 1 index, 1,200 items, 1 tree"));
    Result result = run(false, "query", file, "--item", 500, "-k", 1, "-o", "json");
    assertEquals("{\"query\":0,\"rank\":1,\"id\":500,\"distance\":0.0}\n", result.out());
    // No warning, neither of native access nor of a missing module.
    assertEquals("", result.err());
  }

  @Test
  public void failuresAreOneLine() throws Exception {
    Path missing = folder.getRoot().toPath().resolve("missing");
    Result result = run(true, "stats", missing);
    assertEquals(1, result.code());
    assertTrue(result.err(), result.err().matches("(WARNING: [^\n]*\n)?error: .*no such file\n"));
    assertEquals(2, run(false, "nothing").code());
  }

  @Test
  public void luceneFindsItsCodecs() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      var entry = jar.getEntry("META-INF/services/org.apache.lucene.codecs.Codec");
      String services = new String(jar.getInputStream(entry).readAllBytes(), UTF_8);
      assertTrue(services, services.contains("io.arroy.lucene.ArroyCodec"));
      assertTrue(services, services.contains("org.apache.lucene.codecs.lucene"));
      assertEquals("true", jar.getManifest().getMainAttributes().getValue("Multi-Release"));
    }
  }
}
