package io.arroy.forest.inspect;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as text, the same on every machine as far as rounding allows. */
final class Numbers {
  private static final MathContext DIGITS = new MathContext(4);

  /** Numbers with fewer digits before the point, or zeros after it, have no exponent. */
  private static final int PLAIN = 8;

  private Numbers() {}

  /** Four digits, no zeros at the end. */
  static String text(float value) {
    if (!Float.isFinite(value)) {
      return Float.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    int beforePoint = rounded.precision() - rounded.scale();
    return Math.abs(beforePoint) < PLAIN ? rounded.toPlainString() : rounded.toString();
  }

  /** The first numbers of a vector in brackets, and an ellipsis for the others. */
  static String text(float[] values, int at, int length, int shown) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < Math.min(length, shown); i++) {
      text.append(i == 0 ? "" : " ").append(text(values[at + i]));
    }
    if (length > shown) {
      text.append(shown == 0 ? "…" : " …");
    }
    return text.append(']').toString();
  }
}
