package io.arroy.demo.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes entries of JSON objects. Equal words become one string, as most repeat. */
final class EntryReader {
  private static final Set<String> NOT_FILTERED = Set.of("row", "id", "title", "short", "text");

  private final Map<String, String> known = new HashMap<>();

  Entry read(JsonLine line, int row) {
    if (line.node().has("row") && line.node().get("row").asInt(-1) != row) {
      throw line.error("row is " + line.node().get("row") + ", expected " + row);
    }
    Map<String, List<String>> words = new HashMap<>();
    Map<String, Long> numbers = new HashMap<>();
    for (Map.Entry<String, JsonNode> property : line.node().properties()) {
      String name = one(property.getKey());
      JsonNode value = property.getValue();
      if (NOT_FILTERED.contains(name)) {
        continue;
      }
      if (value.isIntegralNumber()) {
        numbers.put(name, value.asLong());
      } else if (value.isArray()) {
        words.put(name, words(value));
      } else if (value.isTextual() || value.isBoolean()) {
        words.put(name, List.of(one(value.asText())));
      }
    }
    String text = line.text("text");
    return new Entry(
        row,
        line.text("id"),
        line.text("title"),
        line.node().path("short").asText(text),
        text,
        Map.copyOf(words),
        Map.copyOf(numbers));
  }

  private List<String> words(JsonNode array) {
    List<String> words = new ArrayList<>();
    for (JsonNode word : array) {
      words.add(one(word.asText()));
    }
    return List.copyOf(words);
  }

  private String one(String word) {
    String first = known.putIfAbsent(word, word);
    return first == null ? word : first;
  }
}
