package io.arroy.forest.tree;

/**
 * The leaves below one node while a tree is built.
 *
 * @param starts where each leaf starts in the tree's order of items, ascending; none is empty
 * @param groupStarts the first leaf of each group, counted from the node's first leaf
 * @param order which of the leaves before grouping each one was
 * @param groupCentroids the mean of each group's leaf centroids, one point after another
 */
record Leaves(int[] starts, int[] groupStarts, int[] order, float[] groupCentroids) {}
