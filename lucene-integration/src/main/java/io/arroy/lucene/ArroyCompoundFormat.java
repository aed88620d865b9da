package io.arroy.lucene;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.CompoundDirectory;
import org.apache.lucene.codecs.CompoundFormat;
import org.apache.lucene.codecs.lucene90.Lucene90CompoundFormat;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/**
 * Packs a segment with Lucene's own compound format, all but its environments: those are LMDB files
 * without a codec header, which that format refuses, and are read in place. Each becomes a file
 * beside the compound one, under a name of its own ({@code .lmdbc} for {@code .lmdb}), because
 * Lucene deletes the files that were packed.
 *
 * <p>A codec whose compound format this is gets its environments read in place. It must keep it, or
 * segments written before cannot be opened.
 */
public final class ArroyCompoundFormat extends CompoundFormat {
  private final CompoundFormat others = new Lucene90CompoundFormat();

  @Override
  public CompoundDirectory getCompoundReader(Directory dir, SegmentInfo si) throws IOException {
    return new ArroyCompoundDirectory(others.getCompoundReader(dir, si), dir, si);
  }

  @Override
  public void write(Directory dir, SegmentInfo si, IOContext context) throws IOException {
    Set<String> packed = new HashSet<>();
    Set<String> environments = new TreeSet<>();
    for (String file : si.files()) {
      (SegmentFiles.isEnvironment(file) ? environments : packed).add(file);
    }
    others.write(dir, environments.isEmpty() ? si : withFiles(si, packed), context);
    for (String environment : environments) {
      copy(dir, environment, SegmentFiles.toCompound(environment), context);
    }
  }

  private static SegmentInfo withFiles(SegmentInfo si, Set<String> files) {
    SegmentInfo other =
        new SegmentInfo(
            si.dir,
            si.getVersion(),
            si.getMinVersion(),
            si.name,
            si.maxDoc(),
            si.getUseCompoundFile(),
            si.getHasBlocks(),
            si.getCodec(),
            si.getDiagnostics(),
            si.getId(),
            si.getAttributes(),
            si.getIndexSort());
    other.setFiles(files);
    return other;
  }

  /** Copies a file and its footer, verifying its checksum on the way. */
  private static void copy(Directory dir, String from, String to, IOContext context)
      throws IOException {
    try (ChecksumIndexInput in = dir.openChecksumInput(from);
        IndexOutput out = dir.createOutput(to, context)) {
      out.copyBytes(in, in.length() - CodecUtil.footerLength());
      CodecUtil.checkFooter(in);
      CodecUtil.writeFooter(out);
    }
  }
}
