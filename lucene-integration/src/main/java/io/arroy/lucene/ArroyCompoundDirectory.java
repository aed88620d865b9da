package io.arroy.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.CompoundDirectory;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;

/** The files of a packed segment: those in the compound file, and the environments beside it. */
final class ArroyCompoundDirectory extends CompoundDirectory {
  private final CompoundDirectory packed;
  private final Directory outer;
  private final List<String> environments = new ArrayList<>();

  ArroyCompoundDirectory(CompoundDirectory packed, Directory outer, SegmentInfo si) {
    this.packed = packed;
    this.outer = outer;
    for (String file : si.files()) {
      if (SegmentFiles.isCompoundEnvironment(file)) {
        environments.add(SegmentFiles.fromCompound(file));
      }
    }
  }

  /** Where the compound file and the environments lie. */
  Directory outer() {
    return outer;
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    if (SegmentFiles.isEnvironment(name)) {
      return outer.openInput(SegmentFiles.toCompound(name), context);
    }
    return packed.openInput(name, context);
  }

  @Override
  public String[] listAll() throws IOException {
    List<String> all = new ArrayList<>(List.of(packed.listAll()));
    all.addAll(environments);
    return all.toArray(String[]::new);
  }

  @Override
  public long fileLength(String name) throws IOException {
    if (SegmentFiles.isEnvironment(name)) {
      return outer.fileLength(SegmentFiles.toCompound(name));
    }
    return packed.fileLength(name);
  }

  @Override
  public void checkIntegrity() throws IOException {
    packed.checkIntegrity();
    for (String environment : environments) {
      try (IndexInput in = openInput(environment, IOContext.READONCE)) {
        CodecUtil.checksumEntireFile(in);
      }
    }
  }

  @Override
  public Set<String> getPendingDeletions() {
    return Set.of();
  }

  @Override
  public void close() throws IOException {
    packed.close();
  }

  @Override
  public String toString() {
    return "ArroyCompoundDirectory(" + packed + ", beside it " + environments + ")";
  }
}
