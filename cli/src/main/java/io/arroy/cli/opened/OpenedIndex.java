package io.arroy.cli.opened;

import io.arroy.forest.store.BlockCatalog;
import org.apache.lucene.util.Bits;

/**
 * An index to look into.
 *
 * @param label names it, such as {@code index 0} or {@code _0 vector}
 * @param segment name of its Lucene segment, empty outside of Lucene
 * @param blocks where its blocks are
 * @param number its number there
 * @param firstId added to its ids: the number of the segment's first document, 0 outside of Lucene
 * @param live the ids of the index that are not deleted, or null for all
 */
public record OpenedIndex(
    String label, String segment, BlockCatalog blocks, int number, int firstId, Bits live) {}
