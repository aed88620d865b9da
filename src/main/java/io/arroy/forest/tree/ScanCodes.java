package io.arroy.forest.tree;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.Rotation;
import io.arroy.forest.quantize.ScanCode;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemLayout;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Records;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The codes of an index's items by ordinal, for searches that score chosen items wherever they are
 * in the forest, or all where there is none. Safe for use by many threads.
 *
 * @param center the point that they are relative to
 * @param codes one for each ordinal, as {@link ScanCode} says
 */
public record ScanCodes(float[] center, Records codes) {
  /** With fewer items and no forest an exact scan costs little. */
  static final int LEAST = 1024;

  /** Below this dimension a vector is hardly longer than its code. */
  private static final int LEAST_DIMENSION = 64;

  /** The number of the center's block among the META blocks of its index. */
  private static final int CENTER = 3;

  /**
   * Whether the items of an index get such codes: not where an exact distance costs hardly more, as
   * among bytes, nor where the distance is none that codes estimate.
   */
  public static boolean suit(IndexDescription description) {
    return description.elementType() == ElementType.FLOAT32
        && description.distance() != Distance.MANHATTAN
        && description.dimension() >= LEAST_DIMENSION;
  }

  /**
   * Opens the codes of an index.
   *
   * @throws CorruptEnvironmentException if a part is missing or has the wrong length
   */
  public static ScanCodes open(BlockSource source, ItemsHeader items) throws IOException {
    int index = items.description().index();
    int dimension = Points.dimension(items.description());
    int rotated = new Rotation(dimension).dimension();
    Block block = source.get(centerKey(index), 4L * dimension);
    float[] center = new float[dimension];
    MemorySegment bytes = block.cursor().read(0, 4 * dimension);
    MemorySegment.copy(bytes, Layouts.FLOAT, 0, center, 0, dimension);
    int slots = items.layout().slots();
    int shift = shift(items.layout(), rotated);
    return new ScanCodes(
        center, Records.open(source, key(index, 0), slots, ScanCode.bytes(rotated), shift));
  }

  /** Binary logarithm of the codes in a full block. */
  static int shift(ItemLayout layout, int rotated) {
    int most = Math.max(1, layout.blockBytes() / ScanCode.bytes(rotated));
    return 31 - Integer.numberOfLeadingZeros(most);
  }

  static BlockKey centerKey(int index) {
    return new BlockKey(BlockKind.META, index, 0, CENTER);
  }

  static BlockKey key(int index, int number) {
    return new BlockKey(BlockKind.SCAN_CODES, index, 0, number);
  }
}
