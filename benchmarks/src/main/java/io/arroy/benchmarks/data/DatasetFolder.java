package io.arroy.benchmarks.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.arroy.cli.vectors.MalformedDataException;
import io.arroy.cli.vectors.VectorFiles;
import io.arroy.cli.vectors.VectorSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Opens a folder that holds a base, queries and, perhaps, their exact neighbours.
 *
 * <p>The base is a file whose name without its ending is, or ends in, {@code base}; the queries'
 * {@code queries} or {@code query}; the neighbours' {@code groundtruth} (.ivecs). {@code
 * base.meta.json} gives {@code dim}, {@code similarity} and, if it wants to, {@code count}.
 */
public final class DatasetFolder {

  private static final ObjectMapper JSON = new ObjectMapper();

  private DatasetFolder() {}

  /**
   * Opens {@code folder}.
   *
   * @param dimension for bare rows whose dimension the folder does not say; 0 if there is none
   * @param similarity instead of what the folder says; null to believe the folder
   */
  public static Dataset open(Path folder, int dimension, VectorSimilarityFunction similarity)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new MalformedDataException(folder, "is not a folder");
    }
    JsonNode meta = meta(folder);
    Path baseFile = find(folder, VectorFiles.ENDINGS, "base");
    Path queryFile = find(folder, VectorFiles.ENDINGS, "queries", "query");
    Path truthFile = find(folder, List.of("ivecs"), "groundtruth");
    if (baseFile == null || queryFile == null) {
      throw new MalformedDataException(
          folder,
          "has no "
              + (baseFile == null ? "base" : "queries")
              + " file ending in one of "
              + VectorFiles.ENDINGS
              + " (.gz)");
    }
    Neighbors truth = truthFile == null ? null : Neighbors.read(truthFile);
    Path plainQueries = VectorFiles.plain(queryFile);
    int known = dimension > 0 ? dimension : meta.path("dim").asInt(0);
    if (known == 0) {
      known = inferDimension(queryFile, plainQueries, truth);
    }
    VectorSource base =
        VectorFiles.open(VectorFiles.plain(baseFile), VectorFiles.ending(baseFile), known);
    VectorSource queries = VectorFiles.open(plainQueries, VectorFiles.ending(queryFile), known);
    check(folder, meta, base, queries, truth);
    return new Dataset(
        folder.toRealPath().getFileName().toString(),
        folder,
        fingerprint(baseFile, queryFile),
        base,
        queries,
        similarity != null ? similarity : similarity(meta.path("similarity").asText("")),
        truth,
        kinds(folder, queries.size()));
  }

  private static JsonNode meta(Path folder) throws IOException {
    Path file = folder.resolve("base.meta.json");
    if (!Files.exists(file)) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(file.toFile());
    } catch (JacksonException e) {
      throw malformed(file, "is not JSON", e);
    }
  }

  private static Path find(Path folder, List<String> endings, String... stems) {
    List<Path> files = new ArrayList<>();
    try (var listing = Files.newDirectoryStream(folder)) {
      listing.forEach(files::add);
    } catch (IOException e) {
      return null;
    }
    files.sort(null);
    for (String stem : stems) {
      for (String ending : endings) {
        for (Path file : files) {
          String name = file.getFileName().toString().replaceFirst("\\.gz$", "");
          if (name.equals(stem + "." + ending) || name.endsWith("_" + stem + "." + ending)) {
            return file;
          }
        }
      }
    }
    return null;
  }

  /** Bare rows without a description: there are as many queries as rows of the ground truth. */
  private static int inferDimension(Path named, Path plain, Neighbors truth) throws IOException {
    int bytes = VectorFiles.rawElementBytes(named);
    if (bytes == 0) {
      return 0;
    }
    if (truth == null || truth.queries() == 0) {
      throw new MalformedDataException(
          named, "has bare rows, and neither base.meta.json nor --dim says how long they are");
    }
    return Math.toIntExact(Files.size(plain) / bytes / truth.queries());
  }

  private static void check(
      Path folder, JsonNode meta, VectorSource base, VectorSource queries, Neighbors truth)
      throws MalformedDataException {
    if (base.dimension() != queries.dimension()) {
      throw new MalformedDataException(
          folder,
          "base has dimension " + base.dimension() + ", queries have " + queries.dimension());
    }
    if (meta.has("count") && meta.get("count").asInt() != base.size()) {
      throw new MalformedDataException(
          folder,
          "base has " + base.size() + " rows, base.meta.json says " + meta.get("count").asInt());
    }
    if (truth != null && truth.queries() != queries.size()) {
      throw new MalformedDataException(
          folder, queries.size() + " queries, but neighbours of " + truth.queries());
    }
    if (truth != null && truth.largestRow() >= base.size()) {
      throw new MalformedDataException(
          folder, "neighbour " + truth.largestRow() + " is not one of " + base.size() + " rows");
    }
  }

  /** What a description's free words mean; straight-line distance if they say nothing. */
  static VectorSimilarityFunction similarity(String words) throws MalformedDataException {
    String text = words.toLowerCase(Locale.ROOT);
    if (text.isEmpty() || text.startsWith("euclid") || text.startsWith("l2")) {
      return VectorSimilarityFunction.EUCLIDEAN;
    }
    if (text.startsWith("dot")) {
      return VectorSimilarityFunction.DOT_PRODUCT;
    }
    if (text.startsWith("cos")) {
      return VectorSimilarityFunction.COSINE;
    }
    if (text.startsWith("max") || text.startsWith("inner")) {
      return VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
    }
    throw new MalformedDataException("base.meta.json", "unknown similarity: " + words);
  }

  private static List<String> kinds(Path folder, int queries) throws IOException {
    Path file = folder.resolve("queries.jsonl");
    if (!Files.exists(file)) {
      return List.of();
    }
    List<String> kinds = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        kinds.add(JSON.readTree(line).path("kind").asText("all"));
      }
    } catch (JacksonException e) {
      throw malformed(file, "line " + (kinds.size() + 1) + " is not JSON", e);
    }
    if (kinds.size() != queries) {
      throw new MalformedDataException(
          file, "has " + kinds.size() + " lines for " + queries + " queries");
    }
    return kinds;
  }

  private static MalformedDataException malformed(Path file, String problem, Exception cause) {
    MalformedDataException malformed = new MalformedDataException(file, problem);
    malformed.initCause(cause);
    return malformed;
  }

  private static String fingerprint(Path... files) throws IOException {
    CRC32 crc = new CRC32();
    for (Path file : files) {
      String state =
          file.toRealPath() + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
      crc.update(state.getBytes(StandardCharsets.UTF_8));
    }
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
