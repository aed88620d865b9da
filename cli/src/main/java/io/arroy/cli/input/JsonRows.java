package io.arroy.cli.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A JSON object a line, such as {@code {"id": 17, "vector": [0.5, 1]}}; other fields are ignored,
 * and empty lines. For one thread.
 */
final class JsonRows implements Rows {
  private static final JsonFactory JSON = new JsonFactory();

  private final Path file;
  private final BufferedReader lines;
  private int line;
  private int id;
  private float[] values = new float[16];
  private float[] vector = new float[0];

  private JsonRows(Path file, BufferedReader lines) {
    this.file = file;
    this.lines = lines;
  }

  static JsonRows open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
      // A decoder, not a charset: the latter would silently replace bytes that are not UTF-8.
      var decoded = new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder());
      return new JsonRows(file, new BufferedReader(decoded));
    } catch (Throwable t) {
      in.close();
      throw t;
    }
  }

  @Override
  public boolean next() throws IOException {
    String text;
    do {
      line++;
      text = readLine();
    } while (text != null && text.isBlank());
    if (text == null) {
      return false;
    }
    try (JsonParser json = JSON.createParser(text)) {
      read(json);
      return true;
    } catch (JsonProcessingException e) {
      throw bad("is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private String readLine() throws IOException {
    try {
      return lines.readLine();
    } catch (CharacterCodingException e) {
      throw bad("or one soon after is not UTF-8", e);
    }
  }

  private void read(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw bad("is no JSON object", null);
    }
    id = -1;
    int length = -1;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken token = json.nextToken();
      switch (name) {
        case "id" -> id = readId(json, token);
        case "vector" -> length = readVector(json, token);
        default -> json.skipChildren();
      }
    }
    if (length < 0) {
      throw bad("has no \"vector\"", null);
    }
    if (json.nextToken() != null) {
      throw bad("has more than one JSON object", null);
    }
    vector = Arrays.copyOf(values, length);
  }

  private int readId(JsonParser json, JsonToken token) throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT) {
      throw bad("has \"id\": " + json.getText() + ", which is no whole number", null);
    }
    return Numbers.id(json.getText(), where());
  }

  private int readVector(JsonParser json, JsonToken token) throws IOException {
    if (token != JsonToken.START_ARRAY) {
      throw bad("has a \"vector\" that is no array", null);
    }
    int length = 0;
    for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      if (next == null || !next.isNumeric()) {
        throw bad("has something else than a number at position " + length, null);
      }
      if (length == values.length) {
        values = Arrays.copyOf(values, 2 * length);
      }
      values[length++] = json.getFloatValue();
    }
    return length;
  }

  private IllegalArgumentException bad(String what, Exception cause) {
    return new IllegalArgumentException(where() + " " + what, cause);
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public float[] vector() {
    return vector;
  }

  @Override
  public String where() {
    return file + " line " + line;
  }

  @Override
  public long count() {
    return -1;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
