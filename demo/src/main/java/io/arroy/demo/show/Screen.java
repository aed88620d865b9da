package io.arroy.demo.show;

import java.io.PrintStream;

/** Where results are printed, 100 columns wide. */
public final class Screen {
  /** How many columns are used. */
  static final int WIDTH = 100;

  private final PrintStream out;
  private final Style style;

  /** Prints to this stream in this style. */
  public Screen(PrintStream out, Style style) {
    this.out = out;
    this.style = style;
  }

  Style style() {
    return style;
  }

  /** Prints a line as it is. */
  public void line(String text) {
    out.println(text.stripTrailing());
  }

  /** Prints an empty line. */
  public void gap() {
    out.println();
  }

  /** Prints a heading with a rule to the right margin. */
  void heading(String text) {
    out.println();
    String rule = "─".repeat(Math.max(0, WIDTH - text.length() - 4));
    out.println(style.faint("──") + " " + style.bold(text) + " " + style.faint(rule));
  }

  /** Prints running text, broken at the right margin; lines after the first are indented alike. */
  public void paragraph(String label, String text) {
    String lead = label;
    for (String line : Text.wrap(text, WIDTH - label.length())) {
      line(style.faint(lead) + line);
      lead = " ".repeat(label.length());
    }
  }
}
