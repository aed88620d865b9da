package io.arroy.cli.vectors;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes the files that loaders read. */
public abstract class VectorTestCase extends RandomizedTest {

  public static Path write(Path folder, String name, byte[]... parts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.write(part);
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  public static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  public static byte[] floats(float... values) {
    byte[] bytes = new byte[values.length * Float.BYTES];
    ByteBuffer buffer = little(bytes);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return bytes;
  }

  public static byte[] halves(float... values) {
    byte[] bytes = new byte[values.length * Short.BYTES];
    ByteBuffer buffer = little(bytes);
    for (float value : values) {
      buffer.putShort(Float.floatToFloat16(value));
    }
    return bytes;
  }

  public static byte[] ints(int... values) {
    byte[] bytes = new byte[values.length * Integer.BYTES];
    ByteBuffer buffer = little(bytes);
    for (int value : values) {
      buffer.putInt(value);
    }
    return bytes;
  }

  public static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  public static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
