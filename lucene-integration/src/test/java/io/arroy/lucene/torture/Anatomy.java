package io.arroy.lucene.torture;

import io.arroy.forest.store.BlockKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where in a file what lies: the kinds of pages that LMDB writes, the parts of each, the kinds of
 * our blocks, and what comes before and after.
 */
final class Anatomy {
  /** Of a meta page: LMDB's magic number and data version. */
  private static final byte[] MAGIC = {(byte) 0xDE, (byte) 0xC0, (byte) 0xEF, (byte) 0xBE, 1, 0};

  private static final int HEADER = 16;
  private static final int BRANCH = 1;
  private static final int LEAF = 2;
  private static final int OVERFLOW = 4;
  private static final int META = 8;

  private final Map<String, List<int[]>> regions = new TreeMap<>();
  private final Map<Long, String> kinds = new HashMap<>();
  private final ByteBuffer bytes;

  /** Where the environment begins, or -1 if there is none. */
  final int start;

  /** Bytes of its pages. */
  final int pageSize;

  /** Number of its pages. */
  final int pages;

  private Anatomy(byte[] file, int from, int to) throws IOException {
    bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int magic = find(file, MAGIC, from, to);
    if (magic < 0) {
      start = -1;
      pageSize = 0;
      pages = 0;
      int header = Math.min(to, from + 64);
      add("header", from, header);
      add("body", header, Math.max(header, to - HEADER));
      add("footer", Math.max(header, to - HEADER), to);
      return;
    }
    start = magic - HEADER;
    pageSize = bytes.getInt(start + 40);
    int newer = bytes.getLong(start + 144) > bytes.getLong(start + pageSize + 144) ? 0 : pageSize;
    pages = (int) bytes.getLong(start + newer + 136) + 1;
    add("wrapping", from, start);
    forEachPage(true);
    forEachPage(false);
    add("footer", start + pages * pageSize, to);
  }

  /** Of a file, or of a part of one. */
  static Anatomy of(byte[] file, int from, int to) throws IOException {
    return new Anatomy(file, from, to);
  }

  /** The places of each kind: first byte, and one past the last. */
  Map<String, List<int[]>> regions() {
    return regions;
  }

  /** Where these bytes first are, or -1. */
  static int find(byte[] in, byte[] what, int from, int to) {
    for (int at = from; at + what.length <= to; at++) {
      if (Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
        return at;
      }
    }
    return -1;
  }

  private void add(String kind, int from, int to) {
    if (to > from) {
      regions.computeIfAbsent(kind, k -> new ArrayList<>()).add(new int[] {from, to});
    }
  }

  /** First the leaves, which name the blocks that lie in pages of their own. */
  private void forEachPage(boolean leaves) throws IOException {
    for (int page = 0; page < pages; ) {
      int at = start + page * pageSize;
      int flags = bytes.getShort(at + 10) & 0xF;
      int count = flags == OVERFLOW ? bytes.getInt(at + 12) : 1;
      if (leaves && flags == LEAF) {
        leaf(at);
      } else if (!leaves && flags == OVERFLOW) {
        add("overflow header", at, at + HEADER);
        add(kinds.getOrDefault((long) page, "free"), at + HEADER, at + count * pageSize);
      } else if (!leaves && flags == META) {
        add(page == 0 ? "first meta page" : "second meta page", at, at + 152);
        add("rest of meta page", at + 152, at + pageSize);
      } else if (!leaves && flags == BRANCH) {
        int nodes = bytes.getShort(at + 12);
        add("branch page", at, at + nodes);
        add("branch entries", at + (bytes.getShort(at + 14) & 0xFFFF), at + pageSize);
      } else if (!leaves && flags != LEAF) {
        add("free", at, at + pageSize);
      }
      page += count;
    }
  }

  private void leaf(int at) throws IOException {
    int lower = bytes.getShort(at + 12) & 0xFFFF;
    add("leaf page", at, at + lower);
    add("gap in leaf page", at + lower, at + (bytes.getShort(at + 14) & 0xFFFF));
    for (int pointer = HEADER; pointer < lower; pointer += 2) {
      int node = at + (bytes.getShort(at + pointer) & 0xFFFF);
      int size = bytes.getInt(node);
      boolean big = (bytes.getShort(node + 4) & 1) != 0;
      byte[] key = new byte[bytes.getShort(node + 6)];
      bytes.get(node + 8, key);
      int data = node + 8 + key.length;
      String kind =
          key.length == BlockKey.BYTES ? "block " + BlockKey.fromBytes(key).kind() : "format entry";
      add("leaf entries", node, big ? data + 8 : data);
      if (big) {
        kinds.put(bytes.getLong(data), kind);
      } else {
        add(kind, data, data + size);
      }
    }
  }
}
