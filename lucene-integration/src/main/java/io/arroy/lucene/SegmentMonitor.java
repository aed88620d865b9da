package io.arroy.lucene;

import io.arroy.forest.store.ByteSink;
import io.arroy.forest.tree.BuildMonitor;
import java.io.IOException;
import java.util.Locale;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.InfoStream;

/**
 * Follows the writing of a segment: ends it once Lucene has given up the merge it belongs to, and
 * tells Lucene's {@link InfoStream} what is being done, and each tenth of it.
 */
final class SegmentMonitor {
  /** The component that messages are from. */
  static final String COMPONENT = "ARROY";

  /** A merge asks after so many vectors whether it is still wanted. */
  static final int INTERVAL = 1024;

  private static final int TENTHS = 10;

  private final SegmentWriteState state;
  private final long startNanos = System.nanoTime();
  private MergeState mergeState;

  /** Follows a flush, or a merge from when {@link #follow} tells which. */
  SegmentMonitor(SegmentWriteState state) {
    this.state = state;
  }

  /** Ends what is followed when this merge is aborted. */
  void follow(MergeState merge) {
    mergeState = merge;
  }

  /** What follows the writing of a field. */
  BuildMonitor field(FieldInfo info) {
    return new Progress(" field=" + info.name);
  }

  /** Appends to a file, while that is wanted. */
  ByteSink copying(IndexOutput out) {
    BuildMonitor copying = new Progress("");
    copying.progress("copy", 0, 1);
    return (bytes, offset, length) -> {
      copying.check();
      out.writeBytes(bytes, offset, length);
    };
  }

  private final class Progress implements BuildMonitor {
    private final String of;
    private String phase = "";
    private long tenth;

    Progress(String of) {
      this.of = of;
    }

    @Override
    public void check() throws IOException {
      if (mergeState != null) {
        mergeState.checkAborted();
      }
    }

    @Override
    public synchronized void progress(String now, long done, long total) {
      long reached = total == 0 ? 0 : TENTHS * done / total;
      if (now.equals(phase) && reached == tenth) {
        return;
      }
      phase = now;
      tenth = reached;
      InfoStream infoStream = state.infoStream;
      if (infoStream.isEnabled(COMPONENT)) {
        infoStream.message(
            COMPONENT,
            String.format(
                Locale.ROOT,
                "segment=%s%s phase=%s done=%d of=%d ms=%d",
                state.segmentInfo.name,
                of,
                now,
                done,
                total,
                (System.nanoTime() - startNanos) / 1_000_000));
      }
    }
  }
}
