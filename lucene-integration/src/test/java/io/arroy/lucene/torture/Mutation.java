package io.arroy.lucene.torture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * A damaged index.
 *
 * @param description what was done to it
 * @param files its files
 * @param forged whether a checksum was made to fit the damage
 */
record Mutation(String description, Map<String, byte[]> files, boolean forged) {
  private static final int FOOTER = 16;
  private static final int CHECKSUM = 8;

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
      case 10, 11, 12 -> bytes(random, base, part, anatomy);
      default -> bits(random, base, part, anatomy);
    };
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
    if (random.nextBoolean() && more >= FOOTER) {
      System.arraycopy(intact, intact.length - FOOTER, longer, longer.length - FOOTER, FOOTER);
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
    return new Mutation(swapped + " swapped, as " + segment, files, false);
  }

  private static boolean sameKind(String one, String other) {
    return one.substring(2).equals(other.substring(2));
  }

  private static Mutation bits(
      Random random, CorruptionBase base, CorruptionBase.Part part, Anatomy anatomy) {
    byte[] damaged = base.files().get(part.file()).clone();
    Place place = Place.random(random, anatomy);
    int bit = random.nextInt(8);
    damaged[place.at] ^= (byte) (1 << bit);
    return base.with(part + " bit " + bit + " flipped " + place, part.file(), damaged);
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
    return base.with(part + " " + count + " bytes overwritten " + place, part.file(), damaged);
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
    return base.with(part + what, part.file(), damaged);
  }

  /** A small file damaged before its checksum was computed, as by bad memory. */
  private static Mutation forged(Random random, CorruptionBase base, CorruptionBase.Part part) {
    byte[] damaged = base.files().get(part.file()).clone();
    int end = part.to() - FOOTER;
    int count = 1 + random.nextInt(3);
    int at = part.from() + random.nextInt(end - part.from() - count);
    for (int i = 0; i < count; i++) {
      damaged[at + i] =
          random.nextBoolean()
              ? (byte) (damaged[at + i] ^ 1 << random.nextInt(8))
              : (byte) random.nextInt();
    }
    CRC32 checksum = new CRC32();
    int covered = part.to() - CHECKSUM - part.from();
    checksum.update(damaged, part.from(), covered);
    ByteBuffer.wrap(damaged).putLong(part.from() + covered, checksum.getValue());
    String what = part + " forged, " + count + " bytes at " + at;
    return new Mutation(what, base.with(what, part.file(), damaged).files(), true);
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
