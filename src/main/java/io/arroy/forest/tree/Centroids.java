package io.arroy.forest.tree;

import java.io.IOException;

/** Leaves that items may join, group after group, by their centroids. Safe for many threads. */
interface Centroids {
  /** Number of groups, some perhaps without a leaf. */
  int groups();

  /** The place of a group's first leaf; for the number of groups, the number of leaves. */
  int groupStart(int group);

  /** A new reader, for one thread at a time. */
  Cursor cursor();

  /** Reads centroids. */
  interface Cursor {
    /** Copies the centroid of the leaf at a place to {@code into[at..]}. */
    void centroid(int place, float[] into, int at) throws IOException;
  }
}
