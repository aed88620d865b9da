package io.arroy.lucene.torture;

import io.arroy.forest.ForestIndex;
import io.arroy.forest.IndexUpdater;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.inspect.Validation;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.EnvironmentFile;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.util.IOUtils;

/** A live index of the engine on a disk that is full sooner or later. */
final class LiveDiskFull {
  private static final IndexDescription INDEX =
      new IndexDescription(0, Distance.EUCLIDEAN, ElementType.FLOAT32, Documents.DIMENSION);
  private static final BuildOptions OPTIONS =
      BuildOptions.DEFAULT.withForestFrom(50).withLeafSize(8);
  private static final int ADDED = 200;
  private static final int SNAPSHOTS = 500;

  private LiveDiskFull() {}

  /**
   * Adds items until the disk is full, then sees what is left of the last commit.
   *
   * @param disk a folder on a small disk of its own
   * @return what was said
   */
  static String round(Path disk, Path ballast, Random random) throws IOException {
    Path file = disk.resolve("live");
    Files.deleteIfExists(file);
    Files.deleteIfExists(disk.resolve("live-lock"));
    int committed = 0;
    String failure = null;
    Environment.open(file).close();
    // Whoever opens it first makes the lock file anew.
    Files.delete(disk.resolve("live-lock"));
    if (random.nextBoolean()) {
      EnvironmentFile.open(file).close();
    }
    try (Environment environment = Environment.open(file)) {
      committed = add(environment, committed);
      long free = Files.getFileStore(disk).getUsableSpace();
      long left = 1L + random.nextInt(1_000_000);
      Files.write(ballast, new byte[Math.toIntExact(Math.max(0, free - left))]);
      while (failure == null) {
        try {
          committed = add(environment, committed);
        } catch (IOException e) {
          failure = e.getMessage();
          if (!failure.contains("free on its disk")) {
            throw new AssertionError("not clear", e);
          }
        }
      }
      expect(environment, committed);
      readWithoutRoom(environment, disk);
    }
    Files.delete(ballast);
    try (Environment environment = Environment.open(file)) {
      expect(environment, committed);
      expect(environment, add(environment, committed));
    }
    Files.delete(file);
    return failure;
  }

  /** LMDB writes to lock files through maps: where they have no room, it ends the process. */
  private static void readWithoutRoom(Environment environment, Path disk) throws IOException {
    Path rest = disk.resolve("rest");
    try (OutputStream out = Files.newOutputStream(rest)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException full) {
      // as wanted
    }
    List<Snapshot> snapshots = new ArrayList<>();
    for (int i = 0; i < SNAPSHOTS; i++) {
      snapshots.add(environment.read());
    }
    IOUtils.close(snapshots);
    Path other = disk.resolve("other");
    try {
      Environment.open(other).close();
      throw new AssertionError("a new environment has room");
    } catch (IOException e) {
      Files.deleteIfExists(other);
    }
    Files.delete(rest);
  }

  /** How many there are after it. */
  private static int add(Environment environment, int from) throws IOException {
    try (WriteTransaction transaction = environment.write()) {
      IndexUpdater updater = IndexUpdater.create(INDEX, transaction);
      for (int id = from; id < from + ADDED; id++) {
        updater.put(id, Documents.floats(id));
      }
      updater.build(OPTIONS);
      transaction.commit();
    }
    return from + ADDED;
  }

  private static void expect(Environment environment, int count) throws IOException {
    try (Snapshot snapshot = environment.read()) {
      int found = ForestIndex.open(snapshot, INDEX.index()).size();
      if (found != count || Validation.index(snapshot, INDEX.index()).items() != count) {
        throw new AssertionError(found + " items, committed were " + count);
      }
    }
  }
}
