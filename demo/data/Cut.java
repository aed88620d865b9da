import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Cuts this folder's data out of a larger set of the same layout: the first entries of one source,
 * in order, and the held-out queries of that source. How the files here were made:
 *
 * <pre>java Cut.java SOURCE_FOLDER TARGET_FOLDER 384 20000</pre>
 */
final class Cut {
  private static final String SOURCE = "\"source\":\"wordnet\"";
  private static final String KIND = "\"kind\": \"held-out-wordnet\"";

  private Cut() {}

  public static void main(String[] args) throws IOException {
    Path from = Path.of(args[0]);
    Path to = Files.createDirectories(Path.of(args[1]));
    int dimension = Integer.parseInt(args[2]);
    List<Integer> rows = cutEntries(from, to, Integer.parseInt(args[3]));
    copyRows(from.resolve("base.f16"), to.resolve("base.f16"), rows, dimension * Short.BYTES);
    List<Integer> queries = cutQueries(from, to);
    copyRows(from.resolve("queries.f32"), to.resolve("queries.f32"), queries, dimension * 4);
    System.out.println(rows.size() + " entries, " + queries.size() + " queries");
  }

  /** Writes the wanted lines with their new row numbers and returns the old ones. */
  private static List<Integer> cutEntries(Path from, Path to, int limit) throws IOException {
    List<Integer> rows = new ArrayList<>();
    try (BufferedReader in =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(from.resolve("docs.jsonl.gz"))),
                    StandardCharsets.UTF_8));
        BufferedWriter out =
            new BufferedWriter(
                new OutputStreamWriter(
                    new BestGzip(Files.newOutputStream(to.resolve("docs.jsonl.gz"))),
                    StandardCharsets.UTF_8))) {
      int row = 0;
      for (String line = in.readLine(); line != null && rows.size() < limit; line = in.readLine()) {
        if (line.contains(SOURCE)) {
          out.write(line.replaceFirst("\"row\":\\d+", "\"row\":" + rows.size()) + "\n");
          rows.add(row);
        }
        row++;
      }
    }
    return rows;
  }

  /** Writes the wanted queries, less the fields that were computed over the larger set. */
  private static List<Integer> cutQueries(Path from, Path to) throws IOException {
    List<Integer> rows = new ArrayList<>();
    List<String> lines = Files.readAllLines(from.resolve("queries.jsonl"));
    try (BufferedWriter out = Files.newBufferedWriter(to.resolve("queries.jsonl"))) {
      for (int row = 0; row < lines.size(); row++) {
        String line = lines.get(row);
        if (line.contains(KIND)) {
          out.write(
              line.replaceFirst("\"query\": \\d+", "\"query\": " + rows.size())
                      .replaceFirst(", \"other_section\": \"[^\"]*\"", "")
                      .replaceFirst(", \"own_size\": \\[[^]]*]", "")
                  + "\n");
          rows.add(row);
        }
      }
    }
    return rows;
  }

  private static void copyRows(Path from, Path to, List<Integer> rows, int bytes)
      throws IOException {
    byte[] row = new byte[bytes];
    try (RandomAccessFile in = new RandomAccessFile(from.toFile(), "r");
        OutputStream out = Files.newOutputStream(to)) {
      for (int number : rows) {
        in.seek((long) number * bytes);
        in.readFully(row);
        out.write(row);
      }
    }
  }

  /** Gzip at its strongest level, which the JDK's stream offers only to subclasses. */
  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
