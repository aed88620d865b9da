package io.arroy.benchmarks.report;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Lines for machines, one fact each: a first word, then {@code key=value} pairs. Values have no
 * spaces, and a number that does not exist is {@code na}.
 */
public final class Facts {

  private final PrintStream out;

  /** Prints to {@code out}. */
  public Facts(PrintStream out) {
    this.out = out;
  }

  /** Prints a line; {@code pairs} are keys and their values in turn. */
  public void line(String word, Object... pairs) {
    StringBuilder text = new StringBuilder(word);
    for (int i = 0; i < pairs.length; i += 2) {
      text.append(' ')
          .append(pairs[i])
          .append('=')
          .append(String.valueOf(pairs[i + 1]).replace(' ', '_'));
    }
    out.println(text);
  }

  /** A share or a recall, such as 0.9512. */
  public static String share(double value) {
    return format("%.4f", value);
  }

  /** Microseconds, or any number of which one decimal is enough. */
  public static String micros(double value) {
    return format("%.1f", value);
  }

  /** Seconds. */
  public static String seconds(double value) {
    return format("%.2f", value);
  }

  /** A ratio. */
  public static String ratio(double value) {
    return format("%.3f", value);
  }

  /** A level such as .95, as 0.95. */
  public static String level(double value) {
    return format("%.2f", value);
  }

  private static String format(String pattern, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, pattern, value) : "na";
  }
}
