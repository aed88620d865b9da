package io.arroy.forest;

import io.arroy.forest.store.Ids;
import java.io.IOException;

/** Walks the items of an index together with its changes, in ascending order of their ids. */
final class MergedItems {
  private final Ids.Cursor built;
  private final int builtCount;
  private final int[] changed;
  private int nextBuilt;
  private int nextChanged;
  private int id = -1;
  private int ordinal = -1;
  private boolean isChanged;

  /**
   * Stands before the first.
   *
   * @param built ids of the last build
   * @param changed ids of changed items, ascending
   */
  MergedItems(Ids built, int[] changed) {
    this.built = built.cursor();
    this.builtCount = built.size();
    this.changed = changed;
  }

  /** Goes to the next; returns whether there is one. */
  boolean next() throws IOException {
    boolean hasBuilt = nextBuilt < builtCount;
    boolean hasChanged = nextChanged < changed.length;
    if (!hasBuilt && !hasChanged) {
      return false;
    }
    int builtOrdinal = hasBuilt ? built.ordinal(nextBuilt) : -1;
    int builtId = hasBuilt ? built.id(builtOrdinal) : Integer.MAX_VALUE;
    int changedId = hasChanged ? changed[nextChanged] : Integer.MAX_VALUE;
    isChanged = hasChanged && (!hasBuilt || changedId <= builtId);
    boolean isBuilt = hasBuilt && (!hasChanged || builtId <= changedId);
    id = isChanged ? changedId : builtId;
    ordinal = isBuilt ? builtOrdinal : -1;
    nextBuilt += isBuilt ? 1 : 0;
    nextChanged += isChanged ? 1 : 0;
    return true;
  }

  /** The id. */
  int id() {
    return id;
  }

  /** Its ordinal in the last build, or -1. */
  int ordinal() {
    return ordinal;
  }

  /** Whether it was changed since. */
  boolean isChanged() {
    return isChanged;
  }
}
