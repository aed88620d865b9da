package io.arroy.forest.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The entry that names the format of the blocks beside it: key {@code format}, value {@code
 * arroy-forest VERSION little-endian PAGESIZE} in ASCII, readable with LMDB's own tools. No block's
 * key is as short.
 */
final class FormatEntry {
  /** The version of all that is stored; raised whenever an older reader would be misled. */
  static final int VERSION = 1;

  private static final String NAME = "arroy-forest";
  private static final String BYTE_ORDER = "little-endian";
  private static final byte[] KEY = "format".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_BYTES = 256;

  private FormatEntry() {}

  static byte[] key() {
    return KEY.clone();
  }

  static boolean isKey(byte[] key) {
    return java.util.Arrays.equals(KEY, key);
  }

  static byte[] value(int pageSize) {
    return String.join(" ", NAME, Integer.toString(VERSION), BYTE_ORDER, Integer.toString(pageSize))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Checks what is stored.
   *
   * @param value what the entry holds, or null if there is none
   * @throws CorruptEnvironmentException if it names another format, version or byte order
   */
  static void check(MemorySegment value, int pageSize) throws CorruptEnvironmentException {
    if (value == null) {
      throw new CorruptEnvironmentException("no environment of " + NAME + ": no format entry");
    }
    if (value.byteSize() > MAX_BYTES) {
      throw new CorruptEnvironmentException(
          "format entry has " + value.byteSize() + " bytes, limit " + MAX_BYTES);
    }
    String text = new String(value.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    String[] words = text.split(" ", -1);
    if (words.length < 2 || !words[0].equals(NAME)) {
      throw new CorruptEnvironmentException("format is \"" + text + "\", expected " + NAME);
    }
    if (!words[1].equals(Integer.toString(VERSION))) {
      throw new CorruptEnvironmentException(
          "format version is " + words[1] + ", this release reads version " + VERSION);
    }
    if (words.length != 4 || !words[2].equals(BYTE_ORDER)) {
      throw new CorruptEnvironmentException(
          "format is \"" + text + "\", expected byte order " + BYTE_ORDER);
    }
    if (!words[3].equals(Integer.toString(pageSize))) {
      throw new CorruptEnvironmentException(
          "format entry says page size " + words[3] + ", the file has " + pageSize);
    }
  }
}
