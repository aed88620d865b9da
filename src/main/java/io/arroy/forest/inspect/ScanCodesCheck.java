package io.arroy.forest.inspect;

import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Records;
import io.arroy.forest.tree.Points;
import io.arroy.forest.tree.ScanCodes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.util.FixedBitSet;

/** Checks codes by ordinal: their center is finite, and each is what its item makes. */
final class ScanCodesCheck {
  private final BlockSource source;
  private final ItemsHeader items;

  ScanCodesCheck(BlockSource source, ItemsHeader items) {
    this.source = source;
    this.items = items;
  }

  void run() throws IOException {
    ScanCodes codes = ScanCodes.open(source, items);
    for (int i = 0; i < codes.center().length; i++) {
      if (!Float.isFinite(codes.center()[i])) {
        throw new CorruptEnvironmentException(
            "the center of the scan codes of index "
                + items.description().index()
                + " holds "
                + codes.center()[i]
                + " at "
                + i);
      }
    }
    CodesCheck check = new CodesCheck(items.description());
    check.centroid(codes.center(), 0);
    FixedBitSet occupied = Ids.open(source, items).occupied();
    Points.Reader points = Points.open(source, items).reader();
    Records.Cursor cursor = codes.codes().cursor();
    float[] point = new float[codes.center().length];
    for (int ordinal = 0; ordinal < items.layout().slots(); ordinal++) {
      if (occupied == null || occupied.get(ordinal)) {
        points.load(ordinal, point, 0);
        MemorySegment window = cursor.find(ordinal);
        check.checkScanCode(window, cursor.offset(ordinal), point, ordinal);
      }
    }
  }
}
