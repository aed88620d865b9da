package io.arroy.cli.command;

import io.arroy.forest.store.IndexDescription;
import java.util.Locale;

/** Things in words. */
final class Describe {
  private Describe() {}

  static String index(IndexDescription description) {
    return "index "
        + description.index()
        + ": "
        + name(description.distance())
        + ", "
        + description.dimension()
        + " x "
        + name(description.elementType());
  }

  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  static String count(long count, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
  }

  static String items(long count) {
    return count(count, "item", "items");
  }
}
