package io.arroy.forest.tree;

import io.arroy.forest.store.BlockSource;

/**
 * An earlier index whose items, or some of them, are items of the index to be built. What its
 * forest found out about them is kept where that pays.
 *
 * @param source where it is read from, open until the build returns
 * @param index its number there
 * @param ordinals the new ordinal of the item at each of its ordinals, -1 where it is gone or there
 *     is none; no two inputs name the same new ordinal; not changed
 */
public record ForestInput(BlockSource source, int index, int[] ordinals) {}
