package io.arroy.cli.input;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads numbers that were typed. */
public final class Numbers {
  private Numbers() {}

  /**
   * An id.
   *
   * @param where it stands, for the message
   * @throws IllegalArgumentException if the text is no number from 0 to 2147483647
   */
  public static int id(String text, String where) {
    try {
      int id = Integer.parseInt(text);
      if (id >= 0) {
        return id;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        where + ": \"" + text + "\" is no id; ids are 0 to " + Integer.MAX_VALUE);
  }

  /** The ids in a file, separated by white space; ascending, each once. */
  public static int[] ids(Path file) throws IOException {
    int[] ids = new int[16];
    int count = 0;
    int line = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        line++;
        for (String word : text.strip().split("\\s+", -1)) {
          if (word.isEmpty()) {
            continue;
          }
          if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
          }
          ids[count++] = id(word, file + " line " + line);
        }
      }
    }
    return Arrays.stream(ids, 0, count).sorted().distinct().toArray();
  }

  /** A vector: numbers with commas or white space between them, in brackets or not. */
  public static float[] vector(String text) {
    String bare = text.strip();
    if (bare.startsWith("[") && bare.endsWith("]")) {
      bare = bare.substring(1, bare.length() - 1).strip();
    }
    String[] words = bare.split("\\s*[,\\s]\\s*", -1);
    float[] vector = new float[words.length];
    for (int i = 0; i < words.length; i++) {
      try {
        vector[i] = Float.parseFloat(words[i]);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "vector: \"" + words[i] + "\" at position " + i + " is no number", e);
      }
    }
    return vector;
  }

  /**
   * A vector of an index of bytes.
   *
   * @param where it stands, for the message
   * @throws IllegalArgumentException if a value is no whole number from -128 to 127
   */
  public static byte[] bytes(float[] vector, String where) {
    byte[] bytes = new byte[vector.length];
    for (int i = 0; i < vector.length; i++) {
      bytes[i] = (byte) vector[i];
      if (bytes[i] != vector[i]) {
        throw new IllegalArgumentException(
            where
                + " holds "
                + vector[i]
                + " at position "
                + i
                + ", an index of bytes takes whole numbers from -128 to 127");
      }
    }
    return bytes;
  }
}
