package io.arroy.lucene.torture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.store.ByteArrayDataOutput;

/**
 * A damaged index.
 *
 * @param description what was done to it
 * @param files its files
 * @param forged whether checksums were made to fit the damage
 * @param latest when it must have been found, as {@code docs/failure-and-recovery.md} says
 */
record Mutation(String description, Map<String, byte[]> files, boolean forged, Found latest) {
  /** META blocks from this number on are of searches alone, and read by the first. */
  private static final int LAZY_META = 3;

  /** When damage is found. */
  enum Found {
    /** When the reader is opened. */
    OPENING,
    /** When the reader is opened from a folder, where LMDB may be given the file. */
    OPENING_A_FOLDER,
    /** By the first search. */
    SEARCHING,
    /** By {@code checkIntegrity} and merges; or the damage may be none. */
    CHECKING
  }

  static Mutation random(Random random, CorruptionBase base) throws IOException {
    List<CorruptionBase.Part> parts = base.parts();
    CorruptionBase.Part part = parts.get(random.nextInt(parts.size()));
    byte[] intact = base.files().get(part.file());
    Anatomy anatomy = Anatomy.of(intact, part.from(), part.to());
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> cut(random, base, part.file(), anatomy);
      case 3 -> base.with(part + " emptied", part.file(), new byte[0]);
      case 4 -> base.with(part + " missing", part.file(), null);
      case 5 -> longer(random, base, part.file());
      case 6, 7 -> swapped(random, base, part.file());
      case 8, 9 ->
          anatomy.start < 0 ? forged(random, base, part) : pages(random, base, part, anatomy);
      case 13, 14 -> Forgery.random(random, base, part);
      case 10, 11, 12 -> bytes(random, base, part, anatomy);
      default -> bits(random, base, part, anatomy);
    };
  }

  /** The same, found no later than this. */
  private Mutation latest(Found found) {
    return new Mutation(description, files, forged, found);
  }

  /** The same, but checksums say nothing of it. */
  Mutation asForged() {
    return new Mutation(description, files, true, Found.CHECKING);
  }

  /** When a bit that is wrong at such a place must have been found. */
  private static Found found(
      CorruptionBase base, CorruptionBase.Part part, Anatomy anatomy, Place place)
      throws IOException {
    if (anatomy.start < 0 || place.kind.equals("footer")) {
      return Found.OPENING;
    }
    for (Recorded.Block block : Recorded.of(base, part).blocks()) {
      if (block.holds(place.at)) {
        return switch (block.key().kind()) {
          case IDS -> Found.OPENING;
          case META -> block.key().number() < LAZY_META ? Found.OPENING : Found.SEARCHING;
          case NODES -> Found.SEARCHING;
          case VECTORS, CENTROIDS, LEAVES, LEAF_OF, CHANGES, ORDER, SCAN_CODES -> Found.CHECKING;
        };
      }
    }
    boolean wrapped = part.name().endsWith(".lmdbw");
    return wrapped ? Found.CHECKING : Found.OPENING_A_FOLDER;
  }

  private static Mutation cut(Random random, CorruptionBase base, String file, Anatomy anatomy) {
    byte[] intact = base.files().get(file);
    int length =
        switch (random.nextInt(3)) {
          case 0 -> Math.max(0, intact.length - 1 - random.nextInt(40));
          case 1 ->
              anatomy.start < 0
                  ? random.nextInt(intact.length)
                  : anatomy.start + random.nextInt(anatomy.pages) * anatomy.pageSize;
          default -> random.nextInt(intact.length);
        };
    return base.with(file + " cut to " + length, file, Arrays.copyOf(intact, length));
  }

  private static Mutation longer(Random random, CorruptionBase base, String file) {
    byte[] intact = base.files().get(file);
    int more = 1 + random.nextInt(random.nextBoolean() ? 20 : 10_000);
    byte[] longer = Arrays.copyOf(intact, intact.length + more);
    if (random.nextBoolean() && more >= Forgery.FOOTER) {
      System.arraycopy(
          intact,
          intact.length - Forgery.FOOTER,
          longer,
          longer.length - Forgery.FOOTER,
          Forgery.FOOTER);
    }
    return base.with(file + " longer by " + more, file, longer);
  }

  /** Files of one segment under the names of another's: one, or all of ours. */
  private static Mutation swapped(Random random, CorruptionBase base, String file) {
    String segment = file.substring(0, file.indexOf('_', 1) < 0 ? 2 : file.indexOf('_', 1));
    Map<String, byte[]> files = new HashMap<>(base.files());
    List<String> swapped = new ArrayList<>();
    boolean all = random.nextInt(3) == 0;
    for (CorruptionBase.Part part : base.parts()) {
      if (part.file().startsWith("_0") && (all || sameKind(part.file(), file))) {
        String other = "_1" + part.file().substring(2);
        files.put(part.file(), base.files().get(other));
        files.put(other, base.files().get(part.file()));
        swapped.add(part.file());
      }
    }
    return new Mutation(swapped + " swapped, as " + segment, files, false, Found.OPENING);
  }

  private static boolean sameKind(String one, String other) {
    return one.substring(2).equals(other.substring(2));
  }

  private static Mutation bits(
      Random random, CorruptionBase base, CorruptionBase.Part part, Anatomy anatomy)
      throws IOException {
    byte[] damaged = base.files().get(part.file()).clone();
    Place place = Place.random(random, anatomy);
    int bit = random.nextInt(8);
    damaged[place.at] ^= (byte) (1 << bit);
    return base.with(part + " bit " + bit + " flipped " + place, part.file(), damaged)
        .latest(found(base, part, anatomy, place));
  }

  private static Mutation bytes(
      Random random, CorruptionBase base, CorruptionBase.Part part, Anatomy anatomy) {
    byte[] damaged = base.files().get(part.file()).clone();
    Place place = Place.random(random, anatomy);
    int count = Math.min(part.to() - place.at, 1 + random.nextInt(16));
    int form = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      damaged[place.at + i] = (byte) (form == 0 ? 0 : form == 1 ? 0xFF : random.nextInt());
    }
    return base.with(part + " " + count + " bytes overwritten " + place, part.file(), damaged)
        .latest(Found.CHECKING);
  }

  /** Pages zeroed, written to the wrong place, or in each other's place. */
  private static Mutation pages(
      Random random, CorruptionBase base, CorruptionBase.Part part, Anatomy anatomy) {
    byte[] intact = base.files().get(part.file());
    byte[] damaged = intact.clone();
    int size = anatomy.pageSize;
    int page = random.nextInt(3) == 0 ? random.nextInt(2) : random.nextInt(anatomy.pages);
    int other = random.nextInt(anatomy.pages);
    int to = anatomy.start + page * size;
    int from = anatomy.start + other * size;
    String what =
        switch (random.nextInt(3)) {
          case 0 -> {
            Arrays.fill(damaged, to, to + size, (byte) 0);
            yield " page " + page + " zeroed";
          }
          case 1 -> {
            System.arraycopy(intact, from, damaged, to, size);
            yield " page " + page + " overwritten by " + other;
          }
          default -> {
            System.arraycopy(intact, from, damaged, to, size);
            System.arraycopy(intact, to, damaged, from, size);
            yield " pages " + page + " and " + other + " swapped";
          }
        };
    return base.with(part + what, part.file(), damaged).latest(Found.CHECKING);
  }

  /** A small file damaged before its checksum was computed, as by bad memory. */
  private static Mutation forged(Random random, CorruptionBase base, CorruptionBase.Part part)
      throws IOException {
    byte[] damaged = base.files().get(part.file()).clone();
    int end = part.to() - Forgery.FOOTER;
    int count = 1 + random.nextInt(3);
    int at = part.from() + random.nextInt(end - part.from() - count);
    for (int i = 0; i < count; i++) {
      damaged[at + i] =
          random.nextBoolean()
              ? (byte) (damaged[at + i] ^ 1 << random.nextInt(8))
              : (byte) random.nextInt();
    }
    if (random.nextInt(3) == 0) {
      at = Recorded.of(base, part).countsAt().get(random.nextInt(2));
      new ByteArrayDataOutput(damaged, at, 5).writeVInt(Integer.MAX_VALUE - random.nextInt(16));
    }
    Forgery.sign(damaged, part.from(), part.to());
    String what = part + " forged, " + count + " bytes at " + at;
    return base.with(what, part.file(), damaged).asForged();
  }

  /** Every kind of region is as likely as any other, however small. */
  private record Place(String kind, int at) {
    static Place random(Random random, Anatomy anatomy) {
      List<String> kinds = new ArrayList<>(anatomy.regions().keySet());
      String kind = kinds.get(random.nextInt(kinds.size()));
      List<int[]> regions = anatomy.regions().get(kind);
      int[] region = regions.get(random.nextInt(regions.size()));
      return new Place(kind, region[0] + random.nextInt(region[1] - region[0]));
    }

    @Override
    public String toString() {
      return "in " + kind + " at " + at;
    }
  }
}
