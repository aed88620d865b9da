package io.arroy.demo.show;

/** Bold and faint text where the terminal has it, plain text elsewhere. */
public enum Style {
  /** No escape codes at all. */
  PLAIN(false),
  /** ANSI escape codes. */
  ANSI(true);

  private final boolean codes;

  Style(boolean codes) {
    this.codes = codes;
  }

  /** Codes where standard output is a terminal, unless the user wants none (see no-color.org). */
  public static Style detect() {
    boolean wanted = System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
    return wanted && Boolean.getBoolean("arroy.demo.terminal.out") ? ANSI : PLAIN;
  }

  /** Text that stands out. */
  String bold(String text) {
    return codes ? "\033[1m" + text + "\033[0m" : text;
  }

  /** Text that stands back. */
  String faint(String text) {
    return codes ? "\033[2m" + text + "\033[0m" : text;
  }
}
