package io.arroy.lucene.torture;

import io.arroy.forest.store.BlockKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.store.ByteArrayDataInput;

/**
 * What the companion of a segment records, read byte by byte as {@code ArroyVectorsFormat} says.
 *
 * @param companion where it lies
 * @param environment where the environment's file lies
 * @param checksumAt the place of that file's checksum
 * @param countsAt the places of the numbers of fields and of blocks
 * @param blocks the blocks
 */
record Recorded(
    CorruptionBase.Part companion,
    CorruptionBase.Part environment,
    int checksumAt,
    List<Integer> countsAt,
    List<Block> blocks) {
  private static final int ID = 16;
  private static final int FIELD_FLAGS = 3;

  /**
   * A block.
   *
   * @param key its name
   * @param from its first byte in the file that holds the environment
   * @param to one past its last
   * @param checksumAt the place of its checksum in the companion's file
   */
  record Block(BlockKey key, int from, int to, int checksumAt) {
    boolean holds(int at) {
      return at >= from && at < to;
    }
  }

  /** Of the segment that a part belongs to. */
  static Recorded of(CorruptionBase base, CorruptionBase.Part part) throws IOException {
    String stem = part.name().substring(0, part.name().lastIndexOf('.') + 1);
    CorruptionBase.Part companion = null;
    CorruptionBase.Part environment = null;
    for (CorruptionBase.Part other : base.parts()) {
      if (other.name().equals(stem + "lmdbm")) {
        companion = other;
      } else if (other.name().startsWith(stem)) {
        environment = other;
      }
    }
    byte[] bytes = base.files().get(companion.file());
    ByteArrayDataInput in =
        new ByteArrayDataInput(bytes, companion.from(), companion.to() - companion.from());
    in.readInt(); // magic number
    in.readString();
    in.readInt(); // version
    in.skipBytes(ID);
    in.skipBytes(in.readByte()); // suffix
    in.readByte(); // whether it is wrapped
    int start = environment.from() + Math.toIntExact(in.readVLong());
    in.readVLong();
    int checksumAt = in.getPosition();
    in.readLong();
    int fieldsAt = in.getPosition();
    int fields = in.readVInt();
    for (int i = 0; i < fields; i++) {
      in.skipBytes(Integer.BYTES + FIELD_FLAGS);
      in.readVInt();
      in.readVInt();
      in.readVInt();
    }
    in.readVInt();
    in.readVLong();
    in.readVLong();
    in.readInt();
    List<Integer> countsAt = List.of(fieldsAt, in.getPosition());
    return new Recorded(companion, environment, checksumAt, countsAt, readBlocks(in, start));
  }

  private static List<Block> readBlocks(ByteArrayDataInput in, int start) throws IOException {
    int count = in.readVInt();
    List<Block> blocks = new ArrayList<>(count);
    byte[] key = new byte[BlockKey.BYTES];
    for (int i = 0; i < count; i++) {
      in.readBytes(key, 0, key.length);
      int from = start + Math.toIntExact(in.readVLong());
      int to = from + Math.toIntExact(in.readVLong());
      blocks.add(new Block(BlockKey.fromBytes(key), from, to, in.getPosition()));
      in.readInt();
    }
    return blocks;
  }
}
