package io.arroy.benchmarks.standalone;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** One line of a peer: a word, then {@code key=value} pairs. */
record PeerLine(String word, Map<String, String> values) {

  static PeerLine parse(String line) throws IOException {
    String[] parts = line.strip().split(" +", -1);
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 1) {
        throw new IOException("a peer said \"" + parts[i] + "\" where key=value belongs: " + line);
      }
      values.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
    }
    return new PeerLine(parts[0], values);
  }

  String text(String key) throws IOException {
    String value = values.get(key);
    if (value == null) {
      throw new IOException("a peer's line " + word + " has no " + key);
    }
    return value;
  }

  double number(String key) throws IOException {
    String text = text(key);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IOException("a peer's " + key + " is not a number: " + text, e);
    }
  }
}
