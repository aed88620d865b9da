package io.arroy.forest.tree;

import java.util.Arrays;

/**
 * Which items belong where: a list of items for each of some places.
 *
 * @param items all of them, place after place
 * @param starts where each place's items start, and at the end their number
 */
record Members(int[] items, int[] starts) {
  /** The lists that follow from the place of each item; within one, items keep their order. */
  static Members of(int[] items, int[] placeOf, int places) {
    int[] starts = new int[places + 1];
    for (int place : placeOf) {
      starts[place + 1]++;
    }
    for (int place = 0; place < places; place++) {
      starts[place + 1] += starts[place];
    }
    int[] next = Arrays.copyOf(starts, places);
    int[] sorted = new int[items.length];
    for (int i = 0; i < items.length; i++) {
      sorted[next[placeOf[i]]++] = items[i];
    }
    return new Members(sorted, starts);
  }

  /** How many items a place has. */
  int count(int place) {
    return starts[place + 1] - starts[place];
  }

  /** Copies the items of a place to {@code into[at..]}; how many they are. */
  int copy(int place, int[] into, int at) {
    System.arraycopy(items, starts[place], into, at, count(place));
    return count(place);
  }
}
