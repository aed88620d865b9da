package io.arroy.demo.filter;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.demo.DemoException;
import io.arroy.demo.data.DataFolder;
import io.arroy.demo.data.Question;
import io.arroy.demo.data.SmallFolder;
import io.arroy.demo.search.Contender;
import io.arroy.demo.search.IndexBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.Before;
import org.junit.Test;

/** Filters as written, as explained, and as Lucene runs them. */
public class TestFilter extends RandomizedTest {
  private static final Question NOBODY =
      new Question("?", new float[] {1}, null, Map.of(), Set.of(), "");
  private static final Question SOMEBODY =
      new Question("?", new float[] {1}, null, Map.of("pos", "a,s"), Set.of(), "");

  private DataFolder data;

  @Before
  public void readData() throws IOException {
    data = DataFolder.read(SmallFolder.write(newTempDir()), entries -> {});
  }

  @Test
  public void luceneAcceptsTheSameEntries() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      int size = data.entries().size();
      new IndexBuilder(data).build(size, Contender.HNSW, directory, done -> {});
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        for (String expression :
            List.of(
                "pos=n",
                "pos=a,s",
                "pos!=n",
                "n_relations=3",
                "n_relations=2..4",
                "n_relations=5..",
                "n_relations=..1",
                "n_relations!=1..2",
                "section=nonsense")) {
          assertSame(filter(expression), searcher);
        }
        assertSame(filter("pos=n", "n_relations=2.."), searcher);
        Filter without = filter("pos=a").without(data.entries().get(0));
        assertEquals("a", data.entries().get(0).words("pos").get(0));
        assertSame(without, searcher);
      }
    }
  }

  private void assertSame(Filter filter, IndexSearcher searcher) throws IOException {
    long accepted = data.entries().stream().filter(filter::accepts).count();
    assertEquals(filter.toString(), accepted, searcher.count(filter.query()));
  }

  @Test
  public void filtersExplainThemselves() {
    assertEquals("none", Filter.NONE.toString());
    assertEquals("pos = a or s", filter("pos=a,s").toString());
    assertEquals("not pos = n and n_relations ≥ 4", filter("pos!=n", "n_relations=4..").toString());
    assertEquals("2 ≤ n_relations ≤ 3", filter("n_relations=2..3").toString());
    assertEquals("n_relations ≤ 3", filter("n_relations=..3").toString());
    assertEquals("n_relations = 3", filter("n_relations=3").toString());
    assertEquals("pos = own, not section = own", template("pos=own", "section!=own").toString());
  }

  @Test
  public void ownDependsOnTheQuestion() {
    assertNull(template("pos=own").filter(NOBODY));
    assertEquals(filter("pos=a,s"), template("pos=own").filter(SOMEBODY));
    assertNull(template("pos=own", "n_relations=4..").filter(NOBODY));
  }

  @Test
  public void noFilterHasNoQuery() {
    assertNull(Filter.NONE.query());
    assertNull(filter().query());
    assertNotNull(filter("pos=n").query());
  }

  @Test
  public void mistakesAreExplained() {
    assertProblem("pos", "is not FIELD=VALUE");
    assertProblem("pos=", "is not FIELD=VALUE");
    assertProblem("=n", "is not FIELD=VALUE");
    assertProblem("colour=red", "no field colour, there are [bucket, n_relations, pos,");
    assertProblem("n_relations=many", "\"many\" is not a number or a range LOW..HIGH");
    assertProblem("n_relations=4..2", "the range 4..2 is empty");
    assertProblem("n_relations=99999999999999999999", "is not a number");
  }

  private void assertProblem(String expression, String expected) {
    DemoException e = assertThrows(DemoException.class, () -> template(expression));
    assertThat(e.getMessage(), containsString(expected));
  }

  @Test
  public void suggestionsSuitTheData() {
    Suggestions suggestions = new Suggestions(data.schema());
    List<FilterTemplate> measured = suggestions.forMeasurement();
    assertEquals("none", measured.get(0).toString());
    assertEquals(5, measured.size());
    for (int turn = 0; turn < 6; turn++) {
      Filter filter = suggestions.forShow(data.questions().get(1), turn);
      assertEquals(
          List.of("section = noun.artifact", "pos = n", "pos = n and n_relations ≥ 4")
              .get(turn % 3),
          filter.toString());
    }
    assertEquals(Filter.NONE, suggestions.forShow(NOBODY, 0));
  }

  private Filter filter(String... expressions) {
    return template(expressions).filter(NOBODY);
  }

  private FilterTemplate template(String... expressions) {
    return FilterTemplate.parse(List.of(expressions), data.schema());
  }
}
