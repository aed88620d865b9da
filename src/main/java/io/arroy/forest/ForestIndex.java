package io.arroy.forest;

import io.arroy.forest.distance.ElementType;
import io.arroy.forest.search.ForestSearcher;
import io.arroy.forest.search.HitCollector;
import io.arroy.forest.search.Scorer;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.tree.ForestHeader;
import io.arroy.forest.tree.ForestInput;
import java.io.IOException;
import java.util.List;
import java.util.PrimitiveIterator;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * A finished index: its items and its forest. Safe for use by many threads for as long as the
 * source it was opened from is open. The forest is opened by the first search.
 */
public final class ForestIndex {
  private final BlockSource source;
  private final ItemsHeader items;
  private final ForestHeader forest;
  private final Vectors vectors;
  private final Ids ids;
  private volatile ForestSearcher searcher;

  private ForestIndex(BlockSource source, ItemsHeader items, ForestHeader forest)
      throws IOException {
    this.source = source;
    this.items = items;
    this.forest = forest;
    this.vectors = Vectors.open(source, items);
    this.ids = Ids.open(source, items);
  }

  /**
   * Opens an index.
   *
   * @throws IllegalArgumentException if there is none with this number
   * @throws CorruptEnvironmentException if a part of it is missing or contradicts another
   * @throws UnbuiltChangesException if items were put or deleted since it was built
   */
  public static ForestIndex open(BlockSource source, int index) throws IOException {
    if (PendingChanges.any(source, index)) {
      throw new UnbuiltChangesException(index);
    }
    return openBuilt(source, index);
  }

  /** The same as it was last built: what was put or deleted since is not seen. */
  public static ForestIndex openBuilt(BlockSource source, int index) throws IOException {
    if (!ItemsHeader.exists(source, index)) {
      throw new IllegalArgumentException("there is no index " + index);
    }
    ItemsHeader items = ItemsHeader.read(source, index);
    ForestHeader forest = ForestHeader.read(source, index);
    if (forest.items() != items.count()) {
      throw new CorruptEnvironmentException(
          "index " + index + " has " + items.count() + " items and a forest of " + forest.items());
    }
    return new ForestIndex(source, items, forest);
  }

  /** What the index is. */
  public IndexDescription description() {
    return items.description();
  }

  /** How its forest was built. */
  public ForestHeader forest() {
    return forest;
  }

  /** Number of items. */
  public int size() {
    return items.count();
  }

  /** Elements of a vector. */
  public int dimension() {
    return items.description().dimension();
  }

  /** The ids of the items, and the ordinals that search and storage know them by. */
  public Ids ids() {
    return ids;
  }

  /** The vectors of the items. */
  public Vectors vectors() {
    return vectors;
  }

  /**
   * This index as what a new one goes on with, for as long as the source is open.
   *
   * @param ordinals the new ordinal of each item, -1 for those that are gone; not changed
   * @throws IllegalArgumentException if there are not as many as items
   */
  public ForestInput asInput(int[] ordinals) {
    if (ordinals.length != ids.slots()) {
      throw new IllegalArgumentException(
          ordinals.length + " new ordinals for an index of " + ids.slots() + " ordinals");
    }
    return new ForestInput(source, description().index(), ordinals);
  }

  /**
   * Offers the nearest items to a vector of floats to a collector. An index of bits takes the
   * floats' signs.
   *
   * @throws IllegalArgumentException if the query does not fit the index
   */
  public void search(float[] query, SearchOptions options, HitCollector collector)
      throws IOException {
    searcher().search(query, options, collector);
  }

  /** The same for a vector of bytes. */
  public void search(byte[] query, SearchOptions options, HitCollector collector)
      throws IOException {
    searcher().search(query, options, collector);
  }

  /**
   * The nearest items to a vector of floats, nearest first. Fewer than {@code k} only if the index
   * has, or the options accept, no more.
   *
   * @throws IllegalArgumentException if the query does not fit the index
   */
  public List<Neighbor> nearest(float[] query, SearchOptions options) throws IOException {
    NearestItems nearest = new NearestItems(Math.min(options.k(), size()), ids.cursor());
    search(query, options, nearest);
    return nearest.toList(description().distance());
  }

  /** The same for a vector of bytes. */
  public List<Neighbor> nearest(byte[] query, SearchOptions options) throws IOException {
    NearestItems nearest = new NearestItems(Math.min(options.k(), size()), ids.cursor());
    search(query, options, nearest);
    return nearest.toList(description().distance());
  }

  /**
   * The nearest items to one of the items, itself among them.
   *
   * @throws IllegalArgumentException if there is no item with this id
   */
  public List<Neighbor> nearestToItem(int id, SearchOptions options) throws IOException {
    int ordinal = ids.cursor().find(id);
    if (ordinal < 0) {
      throw new IllegalArgumentException("index " + description().index() + " has no item " + id);
    }
    if (description().elementType().input() == ElementType.FLOAT32) {
      float[] vector = new float[description().dimension()];
      vectors.cursor().get(ordinal, vector);
      return nearest(vector, options);
    }
    byte[] vector = new byte[description().dimension()];
    vectors.cursor().get(ordinal, vector);
    return nearest(vector, options);
  }

  /**
   * Options under which only the items with these ids are found; see {@link
   * #accepting(SearchOptions, PrimitiveIterator.OfInt)}. Ids are non-negative: what the bitmap
   * holds beyond 2<sup>31</sup> - 1 accepts nothing.
   */
  public SearchOptions acceptingIds(SearchOptions options, RoaringBitmap acceptedIds)
      throws IOException {
    FixedBitSet accepted = new FixedBitSet(Math.max(1, ids.slots()));
    Ids.Cursor cursor = ids.cursor();
    PeekableIntIterator iterator = acceptedIds.getIntIterator();
    int count = 0;
    int rank = 0;
    while (iterator.hasNext() && iterator.peekNext() >= 0) {
      rank = cursor.advance(iterator.peekNext(), rank);
      if (rank == size()) {
        break;
      }
      int ordinal = cursor.ordinal(rank);
      int id = cursor.id(ordinal);
      iterator.advanceIfNeeded(id);
      if (iterator.hasNext() && iterator.peekNext() == id) {
        accepted.set(ordinal);
        count++;
        rank++;
      }
    }
    return options.withAccepted(accepted, count);
  }

  /**
   * Options under which only the items with these <em>ordinals</em> are found, of this index alone:
   * ordinals change with every build. Where the ids are 0, 1, 2, … up to the number of items, and
   * the index was written by an {@link ItemWriter}, ordinals are ids.
   *
   * @param acceptedOrdinals asked for ordinals below its length; may change between searches
   */
  public SearchOptions acceptingOrdinals(SearchOptions options, Bits acceptedOrdinals) {
    int most =
        acceptedOrdinals instanceof BitSet set ? set.cardinality() : acceptedOrdinals.length();
    return options.withAccepted(acceptedOrdinals, Math.min(most, size()));
  }

  /**
   * Options under which only some items are found. They may be used for many searches of this
   * index, and take a bit for each of its items.
   *
   * @param acceptedIds ascending, of items or not; such as {@code stream().iterator()} of a
   *     RoaringBitmap
   * @throws IllegalArgumentException if the ids do not ascend
   */
  public SearchOptions accepting(SearchOptions options, PrimitiveIterator.OfInt acceptedIds)
      throws IOException {
    FixedBitSet accepted = new FixedBitSet(Math.max(1, ids.slots()));
    Ids.Cursor cursor = ids.cursor();
    int count = 0;
    int rank = 0;
    int last = -1;
    while (acceptedIds.hasNext()) {
      int id = acceptedIds.nextInt();
      if (id <= last) {
        throw new IllegalArgumentException(
            "accepted ids must ascend and not be negative, got " + id + " after " + last);
      }
      last = id;
      rank = cursor.advance(id, rank);
      if (rank == size()) {
        break;
      }
      int ordinal = cursor.ordinal(rank);
      if (cursor.id(ordinal) == id) {
        accepted.set(ordinal);
        count++;
      }
    }
    return options.withAccepted(accepted, count);
  }

  /** The exact proximity of this query to items, for one thread at a time. */
  public Scorer scorer(float[] query) {
    return Scorer.of(items.description(), vectors, query);
  }

  /** The same for a vector of bytes. */
  public Scorer scorer(byte[] query) {
    return Scorer.of(items.description(), vectors, query);
  }

  private ForestSearcher searcher() throws IOException {
    ForestSearcher opened = searcher;
    if (opened == null) {
      // Opening twice at once costs a little time and no resource.
      opened = ForestSearcher.open(source, items, forest, vectors, ids);
      searcher = opened;
    }
    return opened;
  }
}
