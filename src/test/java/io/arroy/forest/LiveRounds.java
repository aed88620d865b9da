package io.arroy.forest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.Database;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.EnvironmentOptions;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.Transaction;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Rounds of changes to an index and to a database of the application beside it, each committed at
 * once, such that anyone who reads can tell whether all parts are of one round.
 */
final class LiveRounds {
  static final IndexDescription INDEX =
      new IndexDescription(5, Distance.EUCLIDEAN, ElementType.FLOAT32, 12);

  private static final BuildOptions OPTIONS =
      BuildOptions.DEFAULT.withForestFrom(100).withLeafSize(12);

  private static final int IDS = 3000;
  private static final byte[] ROUND = "round".getBytes(UTF_8);

  private LiveRounds() {}

  static Database database(Environment environment) throws IOException {
    return environment.database("documents");
  }

  /** Changes some items, builds, and notes the number of the round and a checksum of all items. */
  static void change(WriteTransaction transaction, Database documents, int round)
      throws IOException {
    Random random = new Random(round);
    IndexUpdater updater = IndexUpdater.create(INDEX, transaction);
    int changes = round % 7 == 0 ? 1500 : 40;
    for (int i = 0; i < changes; i++) {
      int id = random.nextInt(IDS);
      if (random.nextInt(3) == 0) {
        updater.delete(id);
      } else {
        float[] vector = new float[INDEX.dimension()];
        for (int d = 0; d < vector.length; d++) {
          vector[d] = (float) random.nextGaussian();
        }
        updater.put(id, vector);
      }
    }
    updater.build(OPTIONS);
    ByteBuffer noted = ByteBuffer.allocate(12).putInt(round);
    documents.put(transaction, ROUND, noted.putLong(checksum(transaction)).array());
  }

  /** A whole round. */
  static void write(Environment environment, Database documents, int round) throws IOException {
    try (WriteTransaction transaction = environment.write()) {
      change(transaction, documents, round);
      transaction.commit();
    }
  }

  /** The round that is seen; fails if what is seen is not all of it. */
  static int verify(Snapshot snapshot, Database documents) throws IOException {
    ByteBuffer noted = ByteBuffer.wrap(documents.get(snapshot, ROUND).orElseThrow());
    int round = noted.getInt();
    if (noted.getLong() != checksum(snapshot)) {
      throw new AssertionError("not all is of round " + round);
    }
    ForestIndex index = ForestIndex.open(snapshot, INDEX.index());
    Ids.Cursor ids = index.ids().cursor();
    for (int i = 0; i < 5 && i < index.size(); i++) {
      int id = ids.id(ids.ordinal(index.size() * i / 5));
      List<Neighbor> near = index.nearestToItem(id, SearchOptions.nearest(3));
      if (near.getFirst().distance() != 0) {
        throw new AssertionError("item " + id + " of round " + round + " is not found");
      }
    }
    return round;
  }

  static int verify(Environment environment, Database documents) throws IOException {
    try (Snapshot snapshot = environment.read()) {
      return verify(snapshot, documents);
    }
  }

  private static long checksum(Transaction transaction) throws IOException {
    ForestIndex index = ForestIndex.open(transaction, INDEX.index());
    Ids.Cursor ids = index.ids().cursor();
    Vectors.Cursor vectors = index.vectors().cursor();
    float[] vector = new float[INDEX.dimension()];
    long checksum = index.size();
    for (int rank = 0; rank < index.size(); rank++) {
      int ordinal = ids.ordinal(rank);
      vectors.get(ordinal, vector);
      checksum = 31 * checksum + 17L * ids.id(ordinal) + Arrays.hashCode(vector);
    }
    return checksum;
  }

  /** A process that writes rounds until it is killed. Argument: the file. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      try (Environment environment = Environment.open(Path.of(args[0]))) {
        Database documents = database(environment);
        int round = verify(environment, documents);
        while (true) {
          write(environment, documents, ++round);
          System.out.println("committed " + round);
        }
      }
    }
  }

  /**
   * A process that does what it reads line by line: {@code look} takes a snapshot and tells its
   * round, {@code keep} does so and keeps the snapshot, {@code again} looks at what was kept, and
   * {@code run} looks again and again until the next line. Argument: the file.
   */
  static final class Reader {
    private Reader() {}

    public static void main(String[] args) throws IOException {
      try (Environment environment =
          Environment.open(Path.of(args[0]), EnvironmentOptions.READ_ONLY)) {
        Database documents = database(environment);
        Snapshot kept = null;
        var commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
          switch (line) {
            case "look" -> System.out.println(verify(environment, documents));
            case "keep" -> {
              kept = environment.read();
              System.out.println(verify(kept, documents));
            }
            case "again" -> {
              System.out.println(verify(kept, documents));
              kept.close();
            }
            case "run" -> {
              int last = 0;
              int looks = 0;
              for (; !commands.ready(); looks++) {
                int round = verify(environment, documents);
                if (round < last) {
                  throw new AssertionError(round + " after " + last);
                }
                last = round;
              }
              System.out.println(looks);
            }
            default -> throw new AssertionError(line);
          }
        }
      }
    }
  }
}
