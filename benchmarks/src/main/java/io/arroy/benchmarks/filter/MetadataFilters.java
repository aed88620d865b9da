package io.arroy.benchmarks.filter;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.arroy.benchmarks.data.BruteForce;
import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.Neighbors;
import io.arroy.benchmarks.data.RowFilter;
import io.arroy.benchmarks.data.TruthCache;
import io.arroy.cli.vectors.MalformedDataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.apache.lucene.util.FixedBitSet;

/**
 * The filters that a data set comes with: {@code filters.json} over the documents in {@code
 * docs.jsonl.gz}, one a row, with their neighbours in {@code filtered-NAME.ivecs}.
 */
public final class MetadataFilters {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Dataset data;
  private final int[] chosen;
  private final TruthCache truths;
  private final boolean whole;

  /**
   * Filters for the queries {@code chosen} of {@code data}.
   *
   * @param whole whether {@code data} is the whole base, whose neighbours the folder knows
   */
  public MetadataFilters(Dataset data, int[] chosen, TruthCache truths, boolean whole) {
    this.data = data;
    this.chosen = chosen;
    this.truths = truths;
    this.whole = whole;
  }

  /** All of them, as far as they let anything through; none if the data set comes with none. */
  public List<FilterCase> all() throws IOException {
    Path file = data.folder().resolve("filters.json");
    if (!Files.exists(file)) {
      return List.of();
    }
    JsonNode filters = JSON.readTree(file.toFile()).path("filters");
    // Queries share definitions: each is evaluated once.
    Map<JsonNode, FixedBitSet> matches = new LinkedHashMap<>();
    for (JsonNode filter : filters) {
      for (int query : chosen) {
        matches.computeIfAbsent(definition(filter, query), d -> new FixedBitSet(size()));
      }
    }
    evaluate(matches);
    List<FilterCase> cases = new ArrayList<>();
    for (JsonNode filter : filters) {
      FixedBitSet[] rows = new FixedBitSet[chosen.length];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = matches.get(definition(filter, chosen[i]));
      }
      check(file, filter, rows);
      Metadata each = new Metadata(filter.path("name").asText(), rows);
      if (each.pass() > 0) {
        each.truth = truth(each);
        cases.add(each);
      }
    }
    return cases;
  }

  private int size() {
    return data.base().size();
  }

  private static JsonNode definition(JsonNode filter, int query) {
    return filter.has("definition")
        ? filter.get("definition")
        : filter.path("definitions").path(query);
  }

  private void evaluate(Map<JsonNode, FixedBitSet> matches) throws IOException {
    Map<Predicate<JsonNode>, FixedBitSet> predicates = new LinkedHashMap<>();
    matches.forEach((definition, rows) -> predicates.put(MetadataLanguage.parse(definition), rows));
    Path file = data.folder().resolve("docs.jsonl.gz");
    int row = 0;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine();
          line != null && row < size();
          line = reader.readLine(), row++) {
        JsonNode document = JSON.readTree(line);
        for (Map.Entry<Predicate<JsonNode>, FixedBitSet> each : predicates.entrySet()) {
          if (each.getKey().test(document)) {
            each.getValue().set(row);
          }
        }
      }
    } catch (JacksonException e) {
      MalformedDataException malformed =
          new MalformedDataException(file, "line " + (row + 1) + " is not JSON");
      malformed.initCause(e);
      throw malformed;
    }
    if (row < size()) {
      throw new MalformedDataException(file, "has " + row + " lines for " + size() + " rows");
    }
  }

  /** The file says how many documents match; if we find others, one of us errs. */
  private void check(Path file, JsonNode filter, FixedBitSet[] rows) throws MalformedDataException {
    if (whole
        && filter.path("matches").isInt()
        && rows[0].cardinality() != filter.get("matches").asInt()) {
      throw new MalformedDataException(
          file,
          filter.path("name").asText()
              + " matches "
              + rows[0].cardinality()
              + " documents, not "
              + filter.get("matches"));
    }
  }

  private Neighbors truth(Metadata filter) throws IOException {
    Path known = data.folder().resolve("filtered-" + filter.name + ".ivecs");
    if (whole && Files.exists(known)) {
      return Neighbors.read(known).of(chosen);
    }
    RowFilter accepts = (query, row) -> filter.rows[query].get(row);
    float[][] all = data.queries().toArrays();
    float[][] queries = new float[chosen.length][];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = all[chosen[i]];
    }
    return truths.cached(
        "filter-"
            + data.name()
            + "-"
            + data.fingerprint()
            + "-"
            + filter.name
            + "-"
            + queries.length
            + ".ivecs",
        () ->
            new BruteForce(data.base(), queries, data.similarity())
                .nearest(TruthCache.DEPTH, List.of(accepts))
                .get(0));
  }

  private static final class Metadata implements FilterCase {
    private final String name;
    private final FixedBitSet[] rows;
    private Neighbors truth;

    Metadata(String name, FixedBitSet[] rows) {
      this.name = name;
      this.rows = rows;
    }

    @Override
    public double pass() {
      double sum = 0;
      for (FixedBitSet each : rows) {
        sum += (double) each.cardinality() / each.length();
      }
      return sum / rows.length;
    }

    @Override
    public String correlation() {
      return "real";
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public FixedBitSet rows(int query) {
      return rows[query];
    }

    @Override
    public Neighbors truth() {
      return truth;
    }
  }
}
