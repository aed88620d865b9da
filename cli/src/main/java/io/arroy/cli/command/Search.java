package io.arroy.cli.command;

import io.arroy.cli.input.Numbers;
import io.arroy.cli.opened.OpenedIndex;
import io.arroy.cli.opened.Target;
import io.arroy.forest.ForestIndex;
import io.arroy.forest.Neighbor;
import io.arroy.forest.UnbuiltChangesException;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.search.SearchOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.util.Bits;

/** Searches one index, or the segments of a field, for the nearest accepted items. */
final class Search {
  /**
   * An item that was found.
   *
   * @param segment its Lucene segment, empty outside of Lucene
   * @param id its id, in Lucene the number of its document
   * @param distance how far it is from the query
   */
  record Hit(String segment, int id, float distance) {}

  private record Part(OpenedIndex opened, ForestIndex index, SearchOptions options) {}

  private static final Comparator<Hit> NEAREST_FIRST =
      Comparator.comparingDouble(Hit::distance).thenComparingInt(Hit::id);

  private final int k;
  private final List<Part> parts = new ArrayList<>();

  /**
   * @param options k and budget, for each segment
   * @param accepted ids that may be found, ascending, or null for all
   * @param built whether changes that are not built are to be overlooked
   */
  Search(List<OpenedIndex> indexes, SearchOptions options, int[] accepted, boolean built)
      throws IOException {
    this.k = options.k();
    OpenedIndex one = indexes.get(0);
    for (OpenedIndex opened : indexes) {
      if (!name(opened).equals(name(one))) {
        throw new IllegalArgumentException(
            "there are " + one.label() + " and " + opened.label() + Target.CHOOSE);
      }
    }
    for (OpenedIndex opened : indexes) {
      ForestIndex index = open(opened, built);
      parts.add(new Part(opened, index, accepting(opened, index, options, accepted)));
    }
    ForestIndex first = parts.get(0).index();
    for (Part part : parts) {
      if (!kind(part.index()).equals(kind(first))) {
        throw new IllegalArgumentException(
            parts.get(0).opened().label()
                + " is "
                + kind(first)
                + ", "
                + part.opened().label()
                + " is "
                + kind(part.index())
                + Target.CHOOSE);
      }
    }
  }

  /** What is one index to a search: the segments of a field are. */
  private static String name(OpenedIndex opened) {
    return opened.label().substring(opened.segment().length());
  }

  private static String kind(ForestIndex index) {
    var description = index.description();
    return Describe.name(description.distance())
        + ", "
        + description.dimension()
        + " x "
        + Describe.name(description.elementType());
  }

  private static ForestIndex open(OpenedIndex opened, boolean built) throws IOException {
    try {
      return built
          ? ForestIndex.openBuilt(opened.blocks(), opened.number())
          : ForestIndex.open(opened.blocks(), opened.number());
    } catch (UnbuiltChangesException e) {
      throw new IllegalStateException(
          opened.label() + " has changes that are not built: build it, or search with --built", e);
    }
  }

  private static SearchOptions accepting(
      OpenedIndex opened, ForestIndex index, SearchOptions options, int[] accepted)
      throws IOException {
    Bits live = opened.live();
    if (accepted == null && live == null) {
      return options;
    }
    IntStream ids;
    if (accepted != null) {
      ids = Arrays.stream(accepted).map(id -> id - opened.firstId()).filter(id -> id >= 0);
    } else {
      ids = IntStream.range(0, live.length());
    }
    IntStream found = live == null ? ids : ids.filter(id -> id < live.length() && live.get(id));
    return index.accepting(options, found.iterator());
  }

  /** The nearest items to a vector, nearest first. */
  List<Hit> nearest(float[] query) throws IOException {
    List<Hit> hits = new ArrayList<>();
    for (Part part : parts) {
      for (Neighbor neighbor : nearest(part, query)) {
        int id = part.opened().firstId() + neighbor.id();
        hits.add(new Hit(part.opened().segment(), id, neighbor.distance()));
      }
    }
    hits.sort(NEAREST_FIRST);
    return hits.subList(0, Math.min(k, hits.size()));
  }

  private static List<Neighbor> nearest(Part part, float[] query) throws IOException {
    if (part.index().description().elementType() == ElementType.BYTE) {
      return part.index().nearest(Numbers.bytes(query, "the query"), part.options());
    }
    return part.index().nearest(query, part.options());
  }
}
