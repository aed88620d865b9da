package io.arroy.forest.tree;

/**
 * What the steps of an update share.
 *
 * @param points the items as they are now
 * @param stored the tree as it was
 * @param ordinals the new ordinal of each of its items, -1 for those that are gone
 * @param items where the items come into the order of their leaves
 * @param divider makes leaves of {@link RenewedLeaves#mostItems}
 * @param staying how many items stay in each stored leaf
 * @param closed stored leaves that do not go on
 */
record TreeUpdate(
    Points points,
    BuildOptions options,
    StoredLeaves stored,
    int[] ordinals,
    int[] items,
    Divider divider,
    int[] staying,
    boolean[] closed) {}
