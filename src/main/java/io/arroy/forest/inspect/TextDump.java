package io.arroy.forest.inspect;

import io.arroy.forest.distance.Layouts;
import io.arroy.forest.distance.Signs;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.quantize.Rotation;
import io.arroy.forest.store.BlockCatalog;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemLayout;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.tree.ForestHeader;
import io.arroy.forest.tree.Points;
import io.arroy.forest.tree.StoredLeaves;
import io.arroy.forest.tree.TreeTable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/**
 * Writes an index as text: its headers, blocks, items, trees with every leaf, and changes. Equal
 * indexes give equal text; numbers are rounded to four digits, so that it does not depend on the
 * processor. A line for each item and tree: much text for a large index.
 */
public final class TextDump {
  /**
   * What is written.
   *
   * @param values numbers of each vector and centroid, 0 or more
   * @param codes whether to write the code of every item
   */
  public record Options(int values, boolean codes) {
    /** Eight numbers of each vector, no codes. */
    public static final Options DEFAULT = new Options(8, false);

    /** Checks the range. */
    public Options {
      if (values < 0) {
        throw new IllegalArgumentException("values must not be negative, got " + values);
      }
    }
  }

  private final BlockCatalog source;
  private final ItemsHeader items;
  private final Options options;
  private final Appendable out;
  private final int index;

  private TextDump(BlockCatalog source, int index, Options options, Appendable out)
      throws IOException {
    this.source = source;
    this.items = ItemsHeader.read(source, index);
    this.options = options;
    this.out = out;
    this.index = index;
  }

  /**
   * Writes an index.
   *
   * @param out gets lines that end in a line feed
   * @throws io.arroy.forest.store.CorruptEnvironmentException if there is no such index, or parts
   *     of it are missing or contradict each other
   */
  public static void write(BlockCatalog source, int index, Options options, Appendable out)
      throws IOException {
    new TextDump(source, index, options, out).write();
  }

  private void write() throws IOException {
    ForestHeader forest = ForestHeader.read(source, index);
    IndexDescription description = items.description();
    line(
        "index "
            + index
            + ": "
            + description.distance()
            + ", "
            + description.dimension()
            + " x "
            + description.elementType()
            + ", "
            + items.count()
            + " items, "
            + (items.dense() ? "dense" : "stored")
            + " ids, largest squared length "
            + Numbers.text(items.maxSquaredNorm())
            + (items.isPacked() ? "" : ", " + items.layout().slots() + " slots"));
    line(
        "forest: "
            + forest.trees()
            + " trees of "
            + forest.items()
            + " items, leaf size "
            + forest.leafSize()
            + ", seed "
            + forest.seed());
    writeBlocks();
    writeItems();
    for (int tree = 0; tree < forest.trees(); tree++) {
      writeTree(tree);
    }
    writeChanges();
  }

  private void writeBlocks() throws IOException {
    line("blocks:");
    for (BlockKey key : source.keys()) {
      if (key.index() == index && key.kind() != BlockKind.CHANGES) {
        line(
            "  "
                + key.kind()
                + " tree "
                + key.tree()
                + " number "
                + key.number()
                + ": "
                + source.get(key).length()
                + " bytes");
      }
    }
  }

  private void writeItems() throws IOException {
    line("items:");
    Ids.Cursor ids = Ids.open(source, items).cursor();
    Vectors.Cursor vectors = Vectors.open(source, items).cursor();
    for (int ordinal = 0; ordinal < items.layout().slots(); ordinal++) {
      int id = ids.id(ordinal);
      line(
          "  "
              + ordinal
              + (id == Ids.NONE ? ": free" : ": id " + id + " " + vector(vectors.get(ordinal))));
    }
    if (items.layout().order() == ItemLayout.Order.SORTED) {
      StringBuilder ordinals = new StringBuilder("order of ids:");
      for (int rank = 0; rank < items.count(); rank++) {
        ordinals.append(' ').append(ids.ordinal(rank));
      }
      line(ordinals.toString());
    }
  }

  private void writeTree(int tree) throws IOException {
    StoredLeaves stored = StoredLeaves.open(source, items, tree);
    TreeTable table = stored.table();
    StoredLeaves.Cursor leaves = stored.cursor();
    int dimension = Points.dimension(items.description());
    float[] centroid = new float[dimension];
    line(
        "tree "
            + tree
            + ": "
            + table.groups()
            + " groups, "
            + table.leaves()
            + " leaves in "
            + table.blocks()
            + " blocks");
    for (int group = 0; group < table.groups(); group++) {
      int first = table.groupStarts()[group];
      int end = table.groupStarts()[group + 1];
      line(
          "  group "
              + group
              + ": leaves "
              + first
              + " to "
              + (end - 1)
              + ", "
              + table.groupItems(group)
              + " items "
              + point(stored.groupCentroids(), group * dimension, dimension));
      for (int leaf = first; leaf < end; leaf++) {
        leaves.centroid(leaf, centroid, 0);
        line(
            "    leaf "
                + leaf
                + ": "
                + table.leafItems(leaf)
                + " items "
                + point(centroid, 0, dimension));
        writeLeaf(leaves, table, leaf);
      }
    }
  }

  private void writeLeaf(StoredLeaves.Cursor leaves, TreeTable table, int leaf) throws IOException {
    MemorySegment run = leaves.run(leaf);
    if (options.codes()) {
      for (int slot = 0; slot < table.leafItems(leaf); slot++) {
        writeCode(run, table.leafSlots(leaf), slot, leaves.ordinal(run, slot));
      }
      return;
    }
    StringBuilder ordinals = new StringBuilder("     ");
    for (int slot = 0; slot < table.leafItems(leaf); slot++) {
      ordinals.append(' ').append(leaves.ordinal(run, slot));
    }
    line(ordinals.toString());
  }

  private void writeCode(MemorySegment run, int slots, int slot, int ordinal) throws IOException {
    int rotated = new Rotation(Points.dimension(items.description())).dimension();
    StringBuilder bits = new StringBuilder();
    for (int row = 0; row < CodeLayout.bitBytes(rotated); row++) {
      byte eight = CodeLayout.bits(run, slots, slot, CodeLayout.slotBytes(rotated), row);
      bits.append(HexFormat.of().toHexDigits(eight));
    }
    float step = CodeLayout.step(run, slots, slot);
    float correction = CodeLayout.correction(run, slots, slot);
    line(
        "      "
            + ordinal
            + ": step "
            + Numbers.text(step)
            + " correction "
            + Numbers.text(correction)
            + " bits "
            + bits);
  }

  private void writeChanges() throws IOException {
    line("changes:");
    for (BlockKey key : source.keys()) {
      if (key.index() == index && key.kind() == BlockKind.CHANGES) {
        StoredChange change = StoredChange.read(source, items, key);
        if (change.vector() == null) {
          line("  delete " + key.number());
        } else {
          String where = change.slot() < 0 ? " " : " in slot " + change.slot() + " ";
          line("  put " + key.number() + where + vector(change.vector()));
        }
      }
    }
  }

  private String vector(MemorySegment stored) {
    int dimension = items.description().dimension();
    float[] values = new float[dimension];
    switch (items.description().elementType()) {
      case FLOAT32 -> MemorySegment.copy(stored, Layouts.FLOAT, 0, values, 0, dimension);
      case BIT -> Signs.unpack(stored, dimension, values, 0);
      case BYTE -> {
        for (int i = 0; i < dimension; i++) {
          values[i] = stored.get(ValueLayout.JAVA_BYTE, i);
        }
      }
    }
    return point(values, 0, dimension);
  }

  private String point(float[] values, int at, int dimension) {
    return Numbers.text(values, at, dimension, options.values());
  }

  private void line(String text) throws IOException {
    out.append(text).append('\n');
  }
}
