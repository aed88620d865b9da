package io.arroy.forest.store;

import java.io.IOException;
import java.nio.file.Path;

/** A process that holds snapshots of an environment until it is killed. */
final class EndlessReader {
  private EndlessReader() {}

  /** Arguments: the file, how many snapshots. */
  public static void main(String[] args) throws IOException, InterruptedException {
    try (Environment environment = Environment.open(Path.of(args[0]))) {
      Snapshot[] snapshots = new Snapshot[Integer.parseInt(args[1])];
      for (int i = 0; i < snapshots.length; i++) {
        snapshots[i] = environment.read();
      }
      System.out.println("reading");
      Thread.sleep(Long.MAX_VALUE);
      for (Snapshot snapshot : snapshots) {
        snapshot.close();
      }
    }
  }
}
