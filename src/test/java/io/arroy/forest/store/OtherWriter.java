package io.arroy.forest.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.arroy.forest.OtherJvm;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;

/** An {@link EndlessWriter} in a process of its own, which ends when this is closed. */
final class OtherWriter implements Closeable {
  private final Process process;
  private final BufferedReader out;

  private OtherWriter(Process process) {
    this.process = process;
    this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  static OtherWriter start(Path file) throws IOException {
    return new OtherWriter(OtherJvm.start(EndlessWriter.class, file));
  }

  /** Waits until it has committed so many more times. */
  void awaitCommits(int commits) throws IOException {
    for (int left = commits; left > 0; ) {
      String line = out.readLine();
      if (line == null) {
        throw new AssertionError("the writer has ended");
      }
      left -= line.startsWith("committed ") ? 1 : 0;
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.close();
  }
}
