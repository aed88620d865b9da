package io.arroy.benchmarks.data;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.cli.vectors.VectorFiles;
import io.arroy.cli.vectors.VectorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes the files that loaders read. */
abstract class DataTestCase extends RandomizedTest {

  static Path write(Path folder, String name, byte[]... parts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.write(part);
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  static byte[] floats(float... values) {
    byte[] bytes = new byte[values.length * Float.BYTES];
    ByteBuffer buffer = little(bytes);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return bytes;
  }

  static byte[] halves(float... values) {
    byte[] bytes = new byte[values.length * Short.BYTES];
    ByteBuffer buffer = little(bytes);
    for (float value : values) {
      buffer.putShort(Float.floatToFloat16(value));
    }
    return bytes;
  }

  static byte[] ints(int... values) {
    byte[] bytes = new byte[values.length * Integer.BYTES];
    ByteBuffer buffer = little(bytes);
    for (int value : values) {
      buffer.putInt(value);
    }
    return bytes;
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A source of random vectors on disk. */
  static VectorSource randomVectors(Path folder, int size, int dimension) throws IOException {
    float[] values = new float[size * dimension];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) getRandom().nextGaussian();
    }
    Path file = write(folder, "random" + randomInt() + ".f32", floats(values));
    return VectorFiles.open(file, "f32", dimension);
  }
}
