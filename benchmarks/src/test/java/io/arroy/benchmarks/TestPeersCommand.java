package io.arroy.benchmarks;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.benchmarks.generate.DatasetWriter;
import io.arroy.benchmarks.generate.Latent;
import io.arroy.benchmarks.generate.MixtureParameters;
import io.arroy.cli.vectors.ElementKind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Test;
import picocli.CommandLine;

/** The whole command where no toolchain is present. */
@ThreadLeakFilters(filters = NativeLibraryThreads.class)
public class TestPeersCommand extends RandomizedTest {

  @Test
  public void testAllPeersSkipped() throws Exception {
    Path folder = newTempDir();
    MixtureParameters parameters =
        new MixtureParameters(16, 4, 5, 1, .8, .4, .2, Latent.GAUSSIAN, true, randomLong());
    new DatasetWriter(folder, parameters, 1).write(1200, ElementKind.FLOAT32, "dot", 8, 1);
    Path script = folder.resolve("script");
    Files.writeString(
        script,
        "#!/bin/sh\nCARGO=/no/such/cargo CXX=/no/such/compiler exec "
            + Path.of("peers", "run").toAbsolutePath()
            + " \"$@\" 2>/dev/null\n");
    assertTrue(script.toFile().setExecutable(true));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = System.out;
    int status;
    try (PrintStream captured = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setOut(captured);
      status =
          new CommandLine(new PeersCommand())
              .execute(
                  "--data",
                  folder.toString(),
                  "--out",
                  newTempDir().toString(),
                  "--rounds",
                  "1",
                  "--warm-up",
                  "0",
                  "--script",
                  script.toString(),
                  "--threads",
                  "1");
    } finally {
      System.setOut(out);
    }
    String said = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(said, 0, status);
    for (String peer : PeersCommand.ALL) {
      assertTrue(said, said.contains("skipped system=" + peer + " reason="));
    }
    assertTrue(said, said.contains("build system=ours state=first threads=1 "));
    assertTrue(said, said.contains("point system=ours setting=default recall="));
    assertTrue(said, said.contains(" pass=0.01 "));
    assertTrue(said, said.contains("update system=ours share=0.0100 "));
  }
}
