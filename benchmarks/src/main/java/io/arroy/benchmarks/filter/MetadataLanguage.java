package io.arroy.benchmarks.filter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;

/**
 * The little language of {@code filters.json}: {@code term} and {@code terms} (of a list: that it
 * contains one), {@code range} (documents without the field never match), {@code and}, {@code not}.
 */
final class MetadataLanguage {

  private MetadataLanguage() {}

  /** What {@code definition} says about a document. */
  static Predicate<JsonNode> parse(JsonNode definition) {
    String operator = definition.fieldNames().hasNext() ? definition.fieldNames().next() : "";
    JsonNode body = definition.path(operator);
    String field = body.path("field").asText();
    return switch (operator) {
      case "term" -> document -> matches(document.path(field), body.path("value"));
      case "terms" -> document -> matchesAny(document.path(field), body.path("values"));
      case "range" -> range(field, body);
      case "and" -> and(body);
      case "not" -> parse(body).negate();
      default -> throw new IllegalArgumentException("unknown filter: " + definition);
    };
  }

  private static Predicate<JsonNode> range(String field, JsonNode body) {
    double least = body.has("gte") ? body.get("gte").asDouble() : Double.NEGATIVE_INFINITY;
    double most = body.has("lte") ? body.get("lte").asDouble() : Double.POSITIVE_INFINITY;
    return document -> {
      JsonNode value = document.path(field);
      return value.isNumber() && value.asDouble() >= least && value.asDouble() <= most;
    };
  }

  private static Predicate<JsonNode> and(JsonNode parts) {
    Predicate<JsonNode> all = document -> true;
    for (JsonNode part : parts) {
      all = all.and(parse(part));
    }
    return all;
  }

  private static boolean matchesAny(JsonNode actual, JsonNode values) {
    for (JsonNode value : values) {
      if (matches(actual, value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(JsonNode actual, JsonNode value) {
    if (actual.isArray()) {
      for (JsonNode element : actual) {
        if (element.equals(value)) {
          return true;
        }
      }
      return false;
    }
    return actual.equals(value);
  }
}
