package io.arroy.demo.show;

import java.util.ArrayList;
import java.util.List;

/** Fits text into columns of characters. */
final class Text {
  private Text() {}

  /** Exactly this wide: padded on the right, or cut with an ellipsis. */
  static String left(String text, int width) {
    String cut = cut(text, width);
    return cut + " ".repeat(width - cut.length());
  }

  /** Exactly this wide: padded on the left, or cut with an ellipsis. */
  static String right(String text, int width) {
    String cut = cut(text, width);
    return " ".repeat(width - cut.length()) + cut;
  }

  /** At most this wide. Line breaks, as descriptions have them, become spaces. */
  static String cut(String text, int width) {
    String line = text.replace('\n', ' ');
    return line.length() <= width ? line : line.substring(0, width - 1).stripTrailing() + "…";
  }

  /** Lines of at most this width, broken between words; a longer word is broken itself. */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split("\\s+", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
      while (line.length() > width) {
        lines.add(line.substring(0, width));
        line.delete(0, width);
      }
    }
    lines.add(line.toString());
    return lines;
  }
}
