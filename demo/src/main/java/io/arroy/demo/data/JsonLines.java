package io.arroy.demo.data;

import io.arroy.demo.DemoException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads a file of JSON objects, one a line, gzipped if its name says so. */
final class JsonLines implements Closeable {
  private final Path file;
  private final BufferedReader reader;
  private int read;

  private JsonLines(Path file, BufferedReader reader) {
    this.file = file;
    this.reader = reader;
  }

  static JsonLines open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
      // A decoder, not a charset: the latter would silently replace bytes that are not UTF-8.
      var decoded = new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder());
      return new JsonLines(file, new BufferedReader(decoded));
    } catch (IOException e) {
      in.close();
      throw explain(file, 1, e);
    }
  }

  /** The next line, or null at the end. */
  JsonLine next() throws IOException {
    String line;
    try {
      line = reader.readLine();
    } catch (IOException e) {
      throw explain(file, read + 1, e);
    }
    return line == null ? null : JsonLine.parse(file, ++read, line);
  }

  private static RuntimeException explain(Path file, int line, IOException e) throws IOException {
    if (e instanceof EOFException) {
      return new DemoException(file + " is truncated: its gzip stream ends early", e);
    }
    if (e instanceof ZipException) {
      return new DemoException(file + " is not a valid gzip file: " + e.getMessage(), e);
    }
    if (e instanceof CharacterCodingException) {
      return new DemoException(file + " is not UTF-8 at or after line " + line, e);
    }
    throw e;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
