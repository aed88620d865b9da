package io.arroy.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.ThreadFilter;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakLingering;
import io.arroy.demo.data.SmallFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.Before;
import org.junit.Test;

/** The whole demo, on a few hundred entries. */
@ThreadLeakFilters(filters = TestMain.JnrThreads.class)
// The thread of a cancelled timer ends a moment after the command does.
@ThreadLeakLingering(linger = 5000)
public class TestMain extends RandomizedTest {
  /** jnr, which LMDB is called through, keeps a thread that frees memory. */
  public static final class JnrThreads implements ThreadFilter {
    @Override
    public boolean reject(Thread thread) {
      return thread.getName().startsWith("jnr.ffi.util.ref");
    }
  }

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path folder;

  @Before
  public void writeData() throws IOException {
    folder = SmallFolder.write(newTempDir());
  }

  @Test
  public void showsQueriesAndTables() throws IOException {
    Path index = newTempDir().resolve("kept");
    assertEquals(err(), 0, run("--queries", "4", "--seconds", "0", "--index", index.toString()));
    String text = out();
    assertThat(text, containsString("Indexed 400 entries, 384 dimensions"));
    assertThat(text, containsString("Query 4 of 4"));
    assertThat(text, not(containsString("Query 5")));
    assertThat(text, containsString("(held out: not in the index)"));
    assertThat(text, containsString("BY BOTH (fused)"));
    assertThat(text, containsString("index in all"));
    assertThat(text, containsString("recall"));
    for (String line : text.lines().toList()) {
      assertTrue(line, line.length() <= 100);
    }
    for (String name : List.of("forest", "hnsw")) {
      try (Directory directory = FSDirectory.open(index.resolve(name));
          CheckIndex check = new CheckIndex(directory)) {
        check.setInfoStream(
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8));
        assertTrue(check.checkIndex().clean);
      }
    }
  }

  /** On so few entries both must find nearly all, whatever the filter. */
  @Test
  public void findsWhatIsThere() throws IOException {
    assertEquals(err(), 0, run("--queries", "0", "--seconds", "0", "-k", "5"));
    List<Double> recalls = new ArrayList<>();
    for (String line : out().lines().toList()) {
      if (line.contains(" %")) {
        String[] columns = line.substring(line.indexOf('%') + 1).strip().split(" +", -1);
        for (int i = 0; i < columns.length; i += 3) {
          recalls.add(Double.valueOf(columns[i]));
        }
      }
    }
    assertEquals(5 * 3, recalls.size());
    for (double recall : recalls) {
      assertTrue("recall " + recall, recall > 0.9 && recall <= 1);
    }
  }

  @Test
  public void likeAnEntry() throws IOException {
    assertEquals(err(), 0, run("--like", "Early", "--hits", "3", "--filter", "pos=own"));
    assertThat(out(), containsString("Like: early"));
    assertThat(out(), containsString("pos = a"));
    assertThat(out(), not(containsString("1  early ")));
    assertEquals(1, run("--like", "no such word"));
    assertThat(err(), containsString("error: no entry is called \"no such word\""));
  }

  @Test
  public void givenFilter() throws IOException {
    assertEquals(err(), 0, run("--queries", "3", "--skip-table", "--filter", "pos=n"));
    assertEquals(3, out().lines().filter(line -> line.contains("filter  pos = n (")).count());
    assertEquals(1, run("--filter", "section=nonsense"));
    assertThat(err(), containsString("error: no entry passes the filter section = nonsense"));
    assertEquals(1, run("--filter", "bucket=own"));
    assertThat(err(), containsString("error: no query knows its own value"));
  }

  @Test
  public void badInputIsOneLine() throws IOException {
    assertEquals(1, run("-k", "0"));
    assertEquals("error: --k is 0, expected at least 1", err().strip());
    assertEquals(1, run("--hits", "0"));
    assertEquals(1, run("-k", "5", "--ef", "4"));
    assertThat(err(), containsString("error: --ef is 4, expected at least 5"));
    assertEquals(1, run("-k", "401"));
    assertThat(err(), containsString("error: --k is 401, but there are 400 entries"));
    assertEquals(1, run("--budget", "0"));
    assertEquals(2, run("--queries", "many"));
    assertEquals(2, run("--nonsense"));
    assertEquals(1, run("--index", folder.toString()));
    assertThat(err(), containsString("is not empty"));
    assertEquals(1, run("--index", folder.resolve("base.f16").toString()));
    assertThat(err(), containsString("is not a folder"));
    folder = folder.resolve("nowhere");
    assertEquals(1, run());
    assertThat(err(), containsString("error: no data folder"));
    assertThat(err(), not(containsString("\tat ")));
  }

  @Test
  public void temporaryIndexIsRemoved() throws IOException {
    Path path;
    try (WorkFolder work = WorkFolder.temporary()) {
      path = work.path();
      Files.writeString(Files.createDirectory(path.resolve("sub")).resolve("file"), "x");
    }
    assertTrue(Files.notExists(path));
  }

  private int run(String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--data", folder.toString()));
    all.addAll(List.of(options));
    try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      return Main.run(o, e, all.toArray(String[]::new));
    }
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
