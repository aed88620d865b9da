package io.arroy.lucene.torture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * A block damaged before its checksum was computed, as by a defect or bad memory: all checksums
 * fit, so what is read from it must be held against its limits.
 */
final class Forgery {
  /** Bytes of a codec footer, which its checksum ends. */
  static final int FOOTER = 16;

  private static final int CHECKSUM = 8;

  /** Bytes that hold counts, where a block has any. */
  private static final int BEGINNING = 64;

  private Forgery() {}

  /** Damages some block of the segment that this part belongs to. */
  static Mutation random(Random random, CorruptionBase base, CorruptionBase.Part part)
      throws IOException {
    Recorded recorded = Recorded.of(base, part);
    CorruptionBase.Part companion = recorded.companion();
    CorruptionBase.Part environment = recorded.environment();
    Map<String, byte[]> files = new HashMap<>(base.files());
    files.put(companion.file(), files.get(companion.file()).clone());
    if (!environment.file().equals(companion.file())) {
      files.put(environment.file(), files.get(environment.file()).clone());
    }
    byte[] bytes = files.get(environment.file());
    Recorded.Block block = recorded.blocks().get(random.nextInt(recorded.blocks().size()));
    String damage = damage(random, bytes, block.from(), block.to());
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, block.from(), block.to() - block.from());
    ByteBuffer record = ByteBuffer.wrap(files.get(companion.file())).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(block.checksumAt(), (int) checksum.getValue());
    record.putLong(recorded.checksumAt(), sign(bytes, environment.from(), environment.to()));
    sign(record.array(), companion.from(), companion.to());
    return new Mutation(
        environment + " forged: " + block.key() + ", " + damage,
        files,
        true,
        Mutation.Found.CHECKING);
  }

  /** Whole numbers are replaced by such as are far or just beyond a limit. */
  private static String damage(Random random, byte[] bytes, int from, int to) {
    int length = to - from;
    if (length < Integer.BYTES || random.nextInt(4) == 0) {
      int at = random.nextInt(length);
      bytes[from + at] ^= (byte) (1 << random.nextInt(8));
      return "a bit at " + at;
    }
    int reach = random.nextBoolean() ? Math.min(length, BEGINNING) : length;
    int at = random.nextInt(reach / Integer.BYTES) * Integer.BYTES;
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int before = buffer.getInt(from + at);
    List<Integer> values =
        List.of(Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, before + 1, before - 1, 1 << 28);
    int value = values.get(random.nextInt(values.size()));
    buffer.putInt(from + at, value);
    return value + " for " + before + " at " + at;
  }

  /** Makes the checksum at the end of a file fit; returns it. */
  static long sign(byte[] bytes, int from, int to) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, from, to - CHECKSUM - from);
    ByteBuffer.wrap(bytes).putLong(to - CHECKSUM, checksum.getValue());
    return checksum.getValue();
  }
}
