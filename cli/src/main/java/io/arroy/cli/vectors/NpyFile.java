package io.arroy.cli.vectors;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** NumPy's .npy files: two-dimensional, row-major, little-endian, of f4, f2, u1 or i1. */
final class NpyFile {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST_HEADER = 1 << 16;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

  private NpyFile() {}

  static VectorSource open(Path file) throws IOException {
    int start;
    String header;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] magic = in.readNBytes(MAGIC.length);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new MalformedDataException(file, "does not start as a .npy file");
      }
      byte[] version = in.readNBytes(2);
      int lengthBytes = version.length == 2 && version[0] == 1 ? 2 : 4;
      byte[] length = Arrays.copyOf(in.readNBytes(lengthBytes), 4);
      int headerLength = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
      if (headerLength < 1 || headerLength > LONGEST_HEADER) {
        throw new MalformedDataException(file, "claims a header of " + headerLength + " bytes");
      }
      header = new String(in.readNBytes(headerLength), StandardCharsets.UTF_8);
      start = MAGIC.length + 2 + lengthBytes + headerLength;
    }
    if (!"False".equals(find(file, header, ORDER, "fortran_order"))) {
      throw new MalformedDataException(file, "is column-major; only row-major is read");
    }
    ElementKind kind = kind(file, find(file, header, TYPE, "descr"));
    String[] shape = find(file, header, SHAPE, "shape").replace(" ", "").split(",", -1);
    if (shape.length != 2 || shape[0].isEmpty() || shape[1].isEmpty()) {
      throw new MalformedDataException(file, "is not two-dimensional");
    }
    try {
      int size = Integer.parseInt(shape[0]);
      int dimension = Integer.parseInt(shape[1]);
      if (size < 1 || dimension < 1) {
        throw new MalformedDataException(file, "has an empty shape");
      }
      return MappedVectors.framed(file, kind, size, dimension, start);
    } catch (NumberFormatException e) {
      MalformedDataException malformed =
          new MalformedDataException(file, "has no readable shape: " + header.strip());
      malformed.initCause(e);
      throw malformed;
    }
  }

  private static String find(Path file, String header, Pattern pattern, String key)
      throws MalformedDataException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new MalformedDataException(file, "has no " + key + " in its header");
    }
    return matcher.group(1);
  }

  private static ElementKind kind(Path file, String type) throws MalformedDataException {
    return switch (type) {
      case "<f4" -> ElementKind.FLOAT32;
      case "<f2" -> ElementKind.FLOAT16;
      case "|u1" -> ElementKind.UINT8;
      case "|i1" -> ElementKind.INT8;
      default ->
          throw new MalformedDataException(
              file, "holds " + type + "; only <f4, <f2, |u1 and |i1 are read");
    };
  }
}
