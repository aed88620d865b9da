package io.arroy.benchmarks.standalone;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.cli.vectors.MalformedDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Test;

/** What passes between the benchmark and a peer's process. */
public class TestPeerSystem extends RandomizedTest {

  private static final Path SCRIPT = Path.of("peers", "run");

  /** A program that answers with {@code lines}, whatever it is asked. */
  private static PeerSystem peer(String name, Path folder, String... lines)
      throws IOException, SkippedPeerException {
    StringBuilder text = new StringBuilder("#!/bin/sh\n");
    for (int i = 0; i < lines.length; i++) {
      text.append(i == 0 ? "" : "read -r request\n")
          .append("echo '")
          .append(lines[i])
          .append("'\n");
    }
    return PeerSystem.start(script(folder, text.toString()), name, folder, 1000);
  }

  private static Path script(Path folder, String text) throws IOException {
    Path script = Files.writeString(folder.resolve("script"), text);
    assertTrue(script.toFile().setExecutable(true));
    return script;
  }

  private static void writeAnswers(Path file, int... words) throws IOException {
    byte[] bytes = new byte[words.length * Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(words);
    Files.write(file, bytes);
  }

  @Test
  public void testWhatAPeerSays() throws Exception {
    Path folder = newTempDir();
    try (PeerSystem peer =
        peer(
            "arroy",
            folder,
            "ready system=arroy version=0.9.0 filter=true update=false",
            "built seconds=1.5 cpu_s=2.25 bytes=4096 compacted=2048 parameters=trees:7",
            "searched",
            "updated seconds=0.5 cpu_s=1e-1 bytes=8192")) {
      assertEquals("0.9.0", peer.version());
      assertTrue(peer.filters());
      assertFalse(peer.updates());
      assertEquals(new BuiltIndex(1.5, 2.25, 4096, 2048, "trees:7"), peer.build());
      writeAnswers(folder.resolve("answers-arroy"), 1500, 4, 3, 2000, 9, -1);
      Answers answers = peer.search(new SearchRequest(2, "default", null, 0, 2));
      assertArrayEquals(new double[] {1.5, 2}, answers.micros(), 0);
      assertArrayEquals(new int[] {4, 3}, answers.hits().get(0));
      assertArrayEquals(new int[] {9}, answers.hits().get(1));
      assertEquals(new BuiltIndex(.5, .1, 8192, 8192, "-"), peer.update());
      assertTrue(assertThrows(IOException.class, peer::build).getMessage().contains("arroy"));
    }
  }

  @Test
  public void testWhatGoesWrong() throws Exception {
    Path folder = newTempDir();
    SkippedPeerException skipped =
        assertThrows(
            SkippedPeerException.class,
            () -> peer("arroy", folder, "skipped system=arroy reason=no_Rust"));
    assertEquals("no_Rust", skipped.getMessage());
    assertThrows(IOException.class, () -> peer("arroy", folder));
    assertThrows(IOException.class, () -> peer("arroy", folder, "hello"));
    String ready = "ready system=annoy";
    for (String answer :
        List.of(
            "failed reason=has_no_updates",
            "built seconds=1 cpu_s=many bytes=1",
            "built seconds=1",
            "built seconds")) {
      try (PeerSystem peer = peer("annoy", folder, ready, answer)) {
        String message = assertThrows(IOException.class, peer::build).getMessage();
        assertTrue(
            message,
            Stream.of("has_no_updates", "many", "cpu_s", "key=value").anyMatch(message::contains));
      }
    }
    try (PeerSystem peer = peer("annoy", folder, ready, "searched")) {
      writeAnswers(folder.resolve("answers-annoy"), 1500, 4);
      assertThrows(
          MalformedDataException.class, () -> peer.search(new SearchRequest(2, "100", null, 0, 1)));
    }
  }

  @Test
  public void testPeersAreSkippedWithoutToolchain() throws Exception {
    Path folder = newTempDir();
    for (String name : List.of("arroy", "hannoy", "annoy", "hnswlib")) {
      ProcessBuilder builder =
          new ProcessBuilder(SCRIPT.toString(), name, folder.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().put("CARGO", "/no/such/cargo");
      builder.environment().put("CXX", "/no/such/compiler");
      Process process = builder.start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertEquals(0, process.waitFor());
      PeerLine line = PeerLine.parse(said);
      assertEquals(said, "skipped", line.word());
      assertEquals(name, line.text("system"));
      assertTrue(said, line.text("reason").contains("/no/such/"));
    }
  }

  @Test
  public void testUnknownPeer() throws Exception {
    Process process =
        new ProcessBuilder(SCRIPT.toString(), "nobody", newTempDir().toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(said, 2, process.waitFor());
    assertTrue(said, said.contains("nobody"));
  }
}
