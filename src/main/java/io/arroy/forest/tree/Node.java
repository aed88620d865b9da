package io.arroy.forest.tree;

/** A node of a tree while it is built: items {@code [from, to)} of the tree's order. */
final class Node {
  final int from;
  final int to;

  /** Names the node on its tree: where its random choices come from. */
  final long seed;

  /** Null in a node that no plane divides: a leaf, or one whose items are just cut in half. */
  Split split;

  /** Of a leaf: its number among the leaves, where they are numbered. */
  int number;

  Node left;
  Node right;

  Node(int from, int to, long seed) {
    this.from = from;
    this.to = to;
    this.seed = seed;
  }

  int size() {
    return to - from;
  }

  void divide(int middle) {
    left = new Node(from, middle, Seeds.derive(seed, 0));
    right = new Node(middle, to, Seeds.derive(seed, 1));
  }
}
