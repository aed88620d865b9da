package io.arroy.cli.vectors;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Opens a file of vectors by what its name ends in. */
public final class VectorFiles {

  /** Formats that say nothing about themselves: bare elements, row after row. */
  private static final Map<String, ElementKind> RAW =
      Map.of(
          "f32", ElementKind.FLOAT32,
          "f16", ElementKind.FLOAT16,
          "u8", ElementKind.UINT8,
          "i8", ElementKind.INT8);

  /** Every ending, preferred first; each may be followed by .gz. */
  public static final List<String> ENDINGS =
      List.of("f32", "f16", "u8", "i8", "fvecs", "bvecs", "npy");

  private VectorFiles() {}

  /** The size of an element if {@code file} has bare rows, otherwise 0. */
  public static int rawElementBytes(Path file) {
    ElementKind kind = RAW.get(ending(file));
    return kind == null ? 0 : kind.bytes();
  }

  /** Opens {@code plain}, an uncompressed file; bare rows have {@code dimension} elements. */
  public static VectorSource open(Path plain, String ending, int dimension) throws IOException {
    return switch (ending) {
      case "fvecs" -> MappedVectors.counted(plain, ElementKind.FLOAT32);
      case "bvecs" -> MappedVectors.counted(plain, ElementKind.UINT8);
      case "npy" -> NpyFile.open(plain);
      default -> MappedVectors.raw(plain, RAW.get(ending), dimension);
    };
  }

  /** What the name ends in, without .gz. */
  public static String ending(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(".gz")) {
      name = name.substring(0, name.length() - 3);
    }
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /**
   * The file itself or, where it is compressed, a temporary plain copy: mapped like any other, so
   * that its size on the heap is no concern.
   */
  public static Path plain(Path file) throws IOException {
    if (!file.getFileName().toString().endsWith(".gz")) {
      return file;
    }
    Path copy = Files.createTempFile("vectors", "." + ending(file));
    copy.toFile().deleteOnExit();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      MalformedDataException malformed =
          new MalformedDataException(file, "cannot be decompressed: " + e.getMessage());
      malformed.initCause(e);
      throw malformed;
    }
    return copy;
  }
}
