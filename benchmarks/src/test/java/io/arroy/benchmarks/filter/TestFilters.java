package io.arroy.benchmarks.filter;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.arroy.benchmarks.data.BruteForce;
import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.DatasetFolder;
import io.arroy.benchmarks.data.Neighbors;
import io.arroy.benchmarks.data.RowFilter;
import io.arroy.benchmarks.data.Scores;
import io.arroy.benchmarks.data.TruthCache;
import io.arroy.benchmarks.generate.DatasetWriter;
import io.arroy.benchmarks.generate.Latent;
import io.arroy.benchmarks.generate.MixtureParameters;
import io.arroy.benchmarks.index.IndexStore;
import io.arroy.benchmarks.index.Layout;
import io.arroy.benchmarks.index.OpenIndex;
import io.arroy.benchmarks.measure.Contest;
import io.arroy.benchmarks.measure.Contestant;
import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.peer.Peer;
import io.arroy.benchmarks.peer.Peers;
import io.arroy.cli.vectors.ElementKind;
import io.arroy.cli.vectors.MalformedDataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;
import org.junit.Test;

/** Filters: what they let through, what is nearest under them, and searches under them. */
public class TestFilters extends RandomizedTest {

  private static final int ROWS = 700;
  private static final int QUERIES = 6;

  private Dataset data() throws IOException {
    Path folder = newTempDir();
    MixtureParameters parameters =
        new MixtureParameters(16, 4, 5, 1, .8, .4, .2, Latent.GAUSSIAN, true, randomLong());
    new DatasetWriter(folder, parameters, 1).write(ROWS, ElementKind.FLOAT32, "dot", QUERIES, 1);
    return DatasetFolder.open(folder, 0, null);
  }

  private static int[] allQueries() {
    return java.util.stream.IntStream.range(0, QUERIES).toArray();
  }

  /** What a filter claims is nearest must be what brute force finds among its rows. */
  private static void assertTruth(Dataset data, FilterCase filter) {
    float[][] queries = data.queries().toArrays();
    FixedBitSet[] rows = new FixedBitSet[queries.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = filter.rows(i);
    }
    RowFilter accepts = (query, row) -> rows[query].get(row);
    Neighbors exact =
        new BruteForce(data.base(), queries, data.similarity())
            .nearest(TruthCache.DEPTH, List.of(accepts))
            .get(0);
    for (int query = 0; query < queries.length; query++) {
      // By score: rows that are as good as equally near may come in either order.
      int[] expected = exact.nearest(query, 100);
      int[] actual = filter.truth().nearest(query, 100);
      assertEquals(expected.length, actual.length);
      for (int i = 0; i < expected.length; i++) {
        assertTrue(rows[query].get(actual[i]));
        assertEquals(score(data, query, expected[i]), score(data, query, actual[i]), 1e-5);
      }
    }
  }

  private static double score(Dataset data, int query, int row) {
    float[] vector = new float[data.base().dimension()];
    data.base().reader().read(row, vector, 0);
    return Scores.precise(data.similarity(), data.queries().toArrays()[query], vector);
  }

  @Test
  public void madeFilters() throws IOException {
    Dataset data = data();
    Path cache = newTempDir();
    float[][] queries = data.queries().toArrays();
    for (int repeat = 0; repeat < 2; repeat++) {
      MadeFilters made = new MadeFilters(data, queries, new TruthCache(cache), cache);
      for (int correlation : new int[] {-1, 0, 1}) {
        List<FilterCase> cases = made.of(correlation, List.of(.01, .3, .9));
        for (FilterCase each : cases) {
          assertTruth(data, each);
          assertEquals(Integer.toString(correlation), each.correlation());
          for (int query = 0; query < QUERIES; query++) {
            int count = each.rows(query).cardinality();
            assertEquals(each.pass() * ROWS, count, correlation == 0 ? .1 * ROWS : .5);
          }
        }
      }
    }
    MadeFilters made = new MadeFilters(data, queries, new TruthCache(cache), cache);
    FixedBitSet near = made.of(1, List.of(.3)).get(0).rows(0);
    FixedBitSet far = made.of(-1, List.of(.7)).get(0).rows(0);
    assertEquals(0, FixedBitSet.intersectionCount(near, far));
  }

  private static void writeDocuments(Path folder, int matches) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      for (int row = 0; row < ROWS; row++) {
        out.write(("{\"row\":" + row + "}\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    Files.write(folder.resolve("docs.jsonl.gz"), bytes.toByteArray());
    StringBuilder own = new StringBuilder();
    for (int query = 0; query < QUERIES; query++) {
      own.append(query == 0 ? "" : ",")
          .append("{\"range\":{\"field\":\"row\",\"lte\":" + (100 + query) + "}}");
    }
    Files.writeString(
        folder.resolve("filters.json"),
        "{\"filters\":[{\"name\":\"low\",\"matches\":"
            + matches
            + ",\"definition\":{\"range\":{\"field\":\"row\",\"gte\":0,\"lte\":9}}},"
            + "{\"name\":\"own\",\"definitions\":["
            + own
            + "]}]}");
  }

  @Test
  public void filtersOfADataset() throws IOException {
    Dataset data = data();
    TruthCache truths = new TruthCache(newTempDir());
    assertEquals(List.of(), new MetadataFilters(data, allQueries(), truths, true).all());
    writeDocuments(data.folder(), 10);
    List<FilterCase> cases = new MetadataFilters(data, allQueries(), truths, true).all();
    assertEquals("low", cases.get(0).name());
    assertEquals(10. / ROWS, cases.get(0).pass(), 1e-9);
    assertSame(cases.get(0).rows(0), cases.get(0).rows(1));
    assertEquals(104, cases.get(1).rows(3).cardinality());
    assertTruth(data, cases.get(0));
    assertTruth(data, cases.get(1));

    Dataset limited = data.limit(5);
    List<FilterCase> ofFew = new MetadataFilters(limited, allQueries(), truths, false).all();
    assertEquals(1, ofFew.get(0).pass(), 0);
    assertTruth(limited, ofFew.get(0));

    writeDocuments(data.folder(), 11);
    assertThrows(
        MalformedDataException.class,
        () -> new MetadataFilters(data, allQueries(), truths, true).all());
  }

  private static Predicate<JsonNode> parse(String definition) throws IOException {
    return MetadataLanguage.parse(new ObjectMapper().readTree(definition.replace('\'', '"')));
  }

  @Test
  public void language() throws IOException {
    JsonNode document =
        new ObjectMapper().readTree("{\"a\": 5, \"s\": \"x\", \"list\": [\"u\", \"v\"]}");
    assertTrue(parse("{'term': {'field': 's', 'value': 'x'}}").test(document));
    assertFalse(parse("{'term': {'field': 's', 'value': 'y'}}").test(document));
    assertTrue(parse("{'term': {'field': 'list', 'value': 'v'}}").test(document));
    assertFalse(parse("{'term': {'field': 'missing', 'value': 'v'}}").test(document));
    assertTrue(parse("{'terms': {'field': 's', 'values': ['y', 'x']}}").test(document));
    assertTrue(parse("{'range': {'field': 'a', 'gte': 5, 'lte': 5}}").test(document));
    assertTrue(parse("{'range': {'field': 'a', 'gte': 4}}").test(document));
    assertFalse(parse("{'range': {'field': 'a', 'gte': 6}}").test(document));
    assertFalse(parse("{'range': {'field': 'missing', 'lte': 6}}").test(document));
    assertFalse(parse("{'not': {'term': {'field': 's', 'value': 'x'}}}").test(document));
    assertTrue(
        parse("{'and': [{'term': {'field': 's', 'value': 'x'}}, {'range': {'field': 'a'}}]}")
            .test(document));
    assertThrows(IllegalArgumentException.class, () -> parse("{'or': []}"));
  }

  @Test
  public void searchesSeeTheFilter() throws IOException {
    Dataset data = data();
    Path cache = newTempDir();
    float[][] queries = data.queries().toArrays();
    FilterCase filter =
        new MadeFilters(data, queries, new TruthCache(cache), cache)
            .of(randomIntBetween(-1, 1), List.of(.2))
            .get(0);
    Peer exact = Peers.named(List.of("exact")).get(0);
    Path folder =
        new IndexStore(newTempDir(), .05, false).get(exact, data, Layout.NATURAL).folder();
    for (boolean asIterator : new boolean[] {false, true}) {
      try (OpenIndex index = new OpenIndex(folder)) {
        List<Query> filters = new ArrayList<>();
        for (int query = 0; query < QUERIES; query++) {
          filters.add(new RowFilterQuery(index, filter.rows(query), asIterator));
        }
        Contestant contestant =
            new Contestant("exact", index, exact.sweep(10, ROWS), QUERIES, filters::get);
        List<Outcome> outcomes =
            new Contest(queries, filter.truth(), 10, 1, 0, false).run(List.of(contestant));
        assertEquals(1, outcomes.get(0).recall(), 0);
      }
    }
  }
}
