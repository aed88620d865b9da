package io.arroy.cli.vectors;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.Test;

/** Every format of vectors, whole and damaged. */
public class TestVectorFiles extends VectorTestCase {

  private static final float[][] TWO_ROWS = {{1, 2.5f, -3}, {4, 0, 6}};

  private static void assertRows(float[][] expected, VectorSource source) {
    float[][] rows = source.toArrays();
    assertEquals(expected.length, rows.length);
    for (int i = 0; i < rows.length; i++) {
      assertArrayEquals(expected[i], rows[i], 0);
    }
  }

  private static VectorSource open(Path file, int dimension) throws IOException {
    return VectorFiles.open(VectorFiles.plain(file), VectorFiles.ending(file), dimension);
  }

  private static void assertMalformed(String problem, Path file, int dimension) {
    MalformedDataException e =
        assertThrows(MalformedDataException.class, () -> open(file, dimension));
    assertTrue(e.getMessage(), e.getMessage().contains(problem));
    assertTrue(e.getMessage(), e.getMessage().contains(file.getFileName().toString()));
  }

  @Test
  public void bareRows() throws IOException {
    Path folder = newTempDir();
    assertRows(TWO_ROWS, open(write(folder, "a.f32", floats(1, 2.5f, -3, 4, 0, 6)), 3));
    assertRows(TWO_ROWS, open(write(folder, "a.f16", halves(1, 2.5f, -3, 4, 0, 6)), 3));
    assertRows(
        new float[][] {{0, 255}, {128, 7}}, open(write(folder, "a.u8", bytes(0, 255, 128, 7)), 2));
    assertRows(
        new float[][] {{0, -1}, {-128, 7}}, open(write(folder, "a.i8", bytes(0, 255, 128, 7)), 2));
  }

  @Test
  public void compressedRows() throws IOException {
    Path file = write(newTempDir(), "a.u8.gz", gzip(bytes(0, 255, 128, 7)));
    assertRows(new float[][] {{0, 255}, {128, 7}}, open(file, 2));
  }

  @Test
  public void headIsAPrefix() throws IOException {
    VectorSource source = open(write(newTempDir(), "a.u8", bytes(1, 2, 3, 4)), 1);
    assertRows(new float[][] {{1}, {2}}, source.head(2));
    assertSame(source, source.head(4));
  }

  @Test
  public void countedRows() throws IOException {
    Path folder = newTempDir();
    Path floats = write(folder, "a.fvecs", ints(3), floats(1, 2.5f, -3), ints(3), floats(4, 0, 6));
    assertRows(TWO_ROWS, open(floats, 0));
    Path bytes = write(folder, "a.bvecs", ints(2), bytes(0, 255), ints(2), bytes(128, 7));
    assertRows(new float[][] {{0, 255}, {128, 7}}, open(bytes, 0));
  }

  @Test
  public void cutOffRows() throws IOException {
    Path folder = newTempDir();
    assertMalformed("whole number of rows", write(folder, "a.f32", floats(1, 2, 3, 4)), 3);
    assertMalformed("whole number of rows", write(folder, "empty.f16"), 3);
    assertMalformed("dimension 0", write(folder, "b.f32", floats(1, 2, 3)), 0);
    assertMalformed("whole number", write(folder, "a.fvecs", ints(3), floats(1, 2)), 0);
    assertMalformed("too short", write(folder, "b.fvecs", bytes(1)), 0);
    assertMalformed("-1 elements", write(folder, "c.bvecs", ints(-1), bytes(1)), 0);
    assertMalformed("decompressed", write(folder, "c.u8.gz", bytes(1, 2, 3)), 3);
    byte[] packed = gzip(bytes(1, 2, 3));
    byte[] half = java.util.Arrays.copyOf(packed, packed.length - 6);
    assertMalformed("decompressed", write(folder, "d.u8.gz", half), 3);
  }

  @Test
  public void rowsOfUnequalLength() throws IOException {
    Path file = write(newTempDir(), "a.fvecs", ints(2), floats(1, 2), ints(9), floats(4, 0));
    VectorSource source = open(file, 0);
    IllegalStateException e = assertThrows(IllegalStateException.class, source::toArrays);
    assertTrue(e.getMessage(), e.getMessage().contains("row 1 claims 9"));
  }

  private static byte[] npyHeader(String descr, String order, String shape) {
    String dict =
        "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
    byte[] length = bytes(dict.length() & 0xff, dict.length() >> 8);
    byte[] start = bytes(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
    byte[] header = new byte[start.length + 2 + dict.length()];
    System.arraycopy(start, 0, header, 0, start.length);
    System.arraycopy(length, 0, header, start.length, 2);
    System.arraycopy(text(dict), 0, header, start.length + 2, dict.length());
    return header;
  }

  @Test
  public void npy() throws IOException {
    Path folder = newTempDir();
    float[] values = {1, 2.5f, -3, 4, 0, 6};
    assertRows(
        TWO_ROWS,
        open(write(folder, "a.npy", npyHeader("<f4", "False", "(2, 3)"), floats(values)), 0));
    assertRows(
        TWO_ROWS,
        open(write(folder, "b.npy", npyHeader("<f2", "False", "(2, 3)"), halves(values)), 0));
    assertRows(
        new float[][] {{200}, {1}},
        open(write(folder, "c.npy", npyHeader("|u1", "False", "(2, 1)"), bytes(200, 1)), 0));
    assertRows(
        new float[][] {{-56}, {1}},
        open(write(folder, "d.npy", npyHeader("|i1", "False", "(2, 1)"), bytes(200, 1)), 0));
  }

  @Test
  public void malformedNpy() throws IOException {
    Path folder = newTempDir();
    byte[] six = floats(1, 2, 3, 4, 5, 6);
    assertMalformed("does not start", write(folder, "a.npy", six), 0);
    assertMalformed(
        "column-major", write(folder, "b.npy", npyHeader("<f4", "True", "(2, 3)"), six), 0);
    assertMalformed(
        "holds <f8", write(folder, "c.npy", npyHeader("<f8", "False", "(1, 3)"), six), 0);
    assertMalformed(
        "two-dimensional", write(folder, "d.npy", npyHeader("<f4", "False", "(6,)"), six), 0);
    assertMalformed(
        "its header asks for", write(folder, "e.npy", npyHeader("<f4", "False", "(2, 4)"), six), 0);
    assertMalformed("empty", write(folder, "f.npy", npyHeader("<f4", "False", "(0, 3)")), 0);
    assertMalformed(
        "shape", write(folder, "g.npy", npyHeader("<f4", "False", "(99999999999, 3)"), six), 0);
    byte[] cutOff = bytes(0x93, 'N', 'U', 'M', 'P', 'Y', 1);
    assertMalformed("claims a header of 0", write(folder, "h.npy", cutOff), 0);
  }
}
