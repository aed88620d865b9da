package io.arroy.forest.search;

/** How a search goes about its work: which of them is the cheapest is judged for each. */
public enum SearchPlan {
  /** Walks through the forest and opens leaves. */
  WALK,
  /** Walks through the forest, and scores the few accepted items of a leaf without opening it. */
  SPARSE_WALK,
  /** Scores all accepted items by code, and the best of them exactly. */
  CODE_SCAN,
  /** Scores all accepted items exactly. */
  EXACT_SCAN
}
