package io.arroy.forest;

/** An index was opened for searching that has changes no build has taken in yet. */
public final class UnbuiltChangesException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  UnbuiltChangesException(int index) {
    super(
        "index "
            + index
            + " has changes that are not built; build it, or search its last built state with"
            + " ForestIndex.openBuilt");
  }
}
