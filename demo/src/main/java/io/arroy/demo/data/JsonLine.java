package io.arroy.demo.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.arroy.demo.DemoException;
import java.nio.file.Path;

/** One line of a file of JSON objects, which knows where it stands for the sake of messages. */
record JsonLine(Path file, int number, JsonNode node) {
  private static final ObjectReader JSON = new ObjectMapper().reader();

  static JsonLine parse(Path file, int number, String line) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new DemoException(
          file + " line " + number + " is not JSON: " + e.getOriginalMessage(), e);
    }
    JsonLine parsed = new JsonLine(file, number, node);
    if (!node.isObject()) {
      throw parsed.error("not a JSON object");
    }
    return parsed;
  }

  /** A string that must be there. */
  String text(String name) {
    JsonNode value = node.get(name);
    if (value == null || !value.isTextual()) {
      throw error("no string \"" + name + "\"");
    }
    return value.asText();
  }

  DemoException error(String problem) {
    return new DemoException(file + " line " + number + ": " + problem);
  }
}
