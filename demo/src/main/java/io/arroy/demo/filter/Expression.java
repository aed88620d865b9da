package io.arroy.demo.filter;

import io.arroy.demo.DemoException;
import io.arroy.demo.data.Question;
import io.arroy.demo.data.Schema;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One condition as written: a field, whether it is negated, and what stands to its right. */
record Expression(String field, boolean negated, String value, boolean ofNumbers) {
  private static final Pattern SIDES = Pattern.compile("([^=!]+)(!?)=(.+)");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");
  private static final Pattern NUMBERS = Pattern.compile("(-?\\d{1,18})?\\.\\.(-?\\d{1,18})?");
  static final String OWN = "own";

  static Expression parse(String text, Schema schema) {
    Matcher sides = SIDES.matcher(text);
    if (!sides.matches()) {
      throw new DemoException("filter \"" + text + "\" is not FIELD=VALUE or FIELD!=VALUE");
    }
    String field = sides.group(1);
    if (!schema.hasNumbers(field) && !schema.hasWords(field)) {
      throw new DemoException(
          "filter \"" + text + "\": no field " + field + ", there are " + schema.names());
    }
    boolean negated = !sides.group(2).isEmpty();
    Expression parsed = new Expression(field, negated, sides.group(3), schema.hasNumbers(field));
    if (!parsed.isOwn()) {
      parsed.condition(parsed.value);
    }
    return parsed;
  }

  /** The condition for a question, or null where it depends on what is not known of its answer. */
  Condition condition(Question question) {
    String right = isOwn() ? question.own(field) : value;
    if (right == null) {
      return null;
    }
    Condition plain = condition(right);
    return negated ? new Not(plain) : plain;
  }

  private boolean isOwn() {
    return value.equals(OWN);
  }

  private Condition condition(String right) {
    return ofNumbers ? range(right) : new AnyWord(field, List.of(right.split(",", -1)));
  }

  private Range range(String right) {
    if (NUMBER.matcher(right).matches()) {
      return new Range(field, Long.parseLong(right), Long.parseLong(right));
    }
    Matcher ends = NUMBERS.matcher(right);
    if (!ends.matches()) {
      throw new DemoException(
          "filter on " + field + ": \"" + right + "\" is not a number or a range LOW..HIGH");
    }
    long low = ends.group(1) == null ? Long.MIN_VALUE : Long.parseLong(ends.group(1));
    long high = ends.group(2) == null ? Long.MAX_VALUE : Long.parseLong(ends.group(2));
    if (low > high) {
      throw new DemoException("filter on " + field + ": the range " + right + " is empty");
    }
    return new Range(field, low, high);
  }

  @Override
  public String toString() {
    String plain = isOwn() ? field + " = " + OWN : condition(value).toString();
    return negated ? "not " + plain : plain;
  }
}
