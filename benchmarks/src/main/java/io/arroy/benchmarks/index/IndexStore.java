package io.arroy.benchmarks.index;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.peer.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.lucene.util.IOUtils;

/** Builds indexes, or takes them from an earlier run together with what they cost then. */
public final class IndexStore {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Enough for the JVM to compile what indexing runs through: a forest is built of so many. */
  private static final int WARM_UP_VECTORS = 20_000;

  private final Path folder;
  private final double ramBufferMegabytes;
  private final boolean trust;

  /**
   * A store in {@code folder}.
   *
   * @param ramBufferMegabytes the writer's buffer; part of an index's identity
   * @param trust whether to take an index though the code that builds it has changed since
   */
  public IndexStore(Path folder, double ramBufferMegabytes, boolean trust) {
    this.folder = folder;
    this.ramBufferMegabytes = ramBufferMegabytes;
    this.trust = trust;
  }

  /**
   * An index on disk.
   *
   * @param folder where it is
   * @param cost what building it took
   * @param use what it takes on disk
   */
  public record Stored(Path folder, BuildCost cost, DiskUse use) {}

  /** What is kept beside an index, and makes it valid. */
  record Kept(String buildVersion, BuildCost cost) {}

  /** The index of {@code data} by {@code peer}, in {@code layout}. */
  public Stored get(Peer peer, Dataset data, Layout layout) throws IOException {
    Path place = place(peer, data, layout.word());
    Kept known = read(place);
    if (known == null || !(trust || known.buildVersion().equals(peer.buildVersion()))) {
      BuildCost cost =
          layout == Layout.NATURAL ? buildNatural(place, peer, data) : merge(place, peer, data);
      known = new Kept(peer.buildVersion(), cost);
      JSON.writeValue(record(place).toFile(), known);
    }
    return new Stored(place, known.cost(), DiskUse.of(place));
  }

  private BuildCost buildNatural(Path place, Peer peer, Dataset data) throws IOException {
    IndexBuilder builder = new IndexBuilder(ramBufferMegabytes);
    Path warmUp = place.resolveSibling(place.getFileName() + ".warm-up");
    IOUtils.rm(warmUp, place, record(place));
    Files.createDirectories(place);
    builder.build(warmUp, peer.codec(), data.base().head(WARM_UP_VECTORS), data.similarity());
    builder.forceMerge(warmUp, peer.codec());
    WarmUp.search(warmUp, peer, data.base());
    IOUtils.rm(warmUp);
    return builder.build(place, peer.codec(), data.base(), data.similarity());
  }

  /** Goes on from the natural index, as an application that merges at the end of indexing does. */
  private BuildCost merge(Path place, Peer peer, Dataset data) throws IOException {
    Stored natural = get(peer, data, Layout.NATURAL);
    IOUtils.rm(record(place));
    IndexCopy.make(natural.folder(), place);
    BuildCost merging = new IndexBuilder(ramBufferMegabytes).forceMerge(place, peer.codec());
    return natural.cost().then(merging);
  }

  /**
   * An index of {@code data} by {@code peer} with a segment for each of {@code ends}: the first
   * holds the rows before the first end, each other one those between the end before and its own.
   *
   * @param name of this way to cut, for the file system
   */
  public Path segmented(Peer peer, Dataset data, String name, int... ends) throws IOException {
    Path place = place(peer, data, name);
    Kept known = read(place);
    if (known == null || !(trust || known.buildVersion().equals(peer.buildVersion()))) {
      IOUtils.rm(place, record(place));
      BuildCost cost =
          new IndexBuilder(ramBufferMegabytes)
              .buildSegments(place, peer.codec(), data.base(), data.similarity(), ends);
      JSON.writeValue(record(place).toFile(), new Kept(peer.buildVersion(), cost));
    }
    return place;
  }

  private Path place(Peer peer, Dataset data, String kind) {
    return folder.resolve(
        String.format(
            Locale.ROOT,
            "%s-%s-%s-%.0fmb-%s",
            data.name(),
            data.fingerprint(),
            peer.name(),
            ramBufferMegabytes,
            kind));
  }

  private static Path record(Path place) {
    return place.resolveSibling(place.getFileName() + ".json");
  }

  private static Kept read(Path place) throws IOException {
    Path file = record(place);
    return Files.exists(file) && Files.isDirectory(place)
        ? JSON.readValue(file.toFile(), Kept.class)
        : null;
  }
}
