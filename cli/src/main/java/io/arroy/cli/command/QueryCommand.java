package io.arroy.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.arroy.cli.input.Numbers;
import io.arroy.cli.opened.Opened;
import io.arroy.cli.opened.Target;
import io.arroy.forest.search.SearchOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Searches. */
@Command(
    name = "query",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Finds the nearest items to a vector, to those of a file or to a stored item, with their",
      "distances in the distance's own unit: smaller is nearer. In a Lucene index ids are documents,",
      "deleted ones are not found, and all segments of the field are searched."
    })
public final class QueryCommand implements Callable<Integer> {
  /** How results are written. */
  enum Output {
    TEXT,
    JSON
  }

  @Spec private CommandSpec spec;
  @Mixin private Target target;

  @ArgGroup(multiplicity = "1")
  private Queries queries;

  @Option(
      names = "-k",
      defaultValue = "10",
      description = "Items wanted (default: ${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = "--budget",
      paramLabel = "N",
      description = "Items scored in each segment (default: the search stops by itself).")
  private Integer budget;

  @Option(
      names = "--accepted",
      paramLabel = "FILE",
      description = "Find only items of this file: ids separated by white space.")
  private Path accepted;

  @Option(names = "--built", description = "Overlook changes that are not built.")
  private boolean built;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TEXT",
      description = "${COMPLETION-CANDIDATES}: JSON is a line for each item (default: text).")
  private Output output;

  @Override
  public Integer call() throws IOException {
    SearchOptions options = SearchOptions.nearest(k);
    if (budget != null) {
      options = options.withBudget(budget);
    }
    int[] ids = accepted == null ? null : Numbers.ids(accepted);
    try (Opened opened = target.open()) {
      if (opened.indexes().isEmpty()) {
        throw new IllegalArgumentException(target.path() + " has no index");
      }
      Search search = new Search(opened.indexes(), options, ids, built);
      List<float[]> vectors = queries.read(opened.indexes());
      for (int query = 0; query < vectors.size(); query++) {
        List<Search.Hit> hits = search.nearest(vectors.get(query));
        if (output == Output.JSON) {
          writeJson(query, hits);
        } else {
          writeText(query, vectors.size(), hits);
        }
      }
    }
    return 0;
  }

  private void writeText(int query, int count, List<Search.Hit> hits) {
    PrintWriter out = spec.commandLine().getOut();
    if (count > 1) {
      out.println("query " + query + ":");
    }
    for (Search.Hit hit : hits) {
      String segment = hit.segment().isEmpty() ? "" : "  " + hit.segment();
      out.println(String.format(Locale.ROOT, "%10d  %s%s", hit.id(), hit.distance(), segment));
    }
  }

  private void writeJson(int query, List<Search.Hit> hits) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.setPrettyPrinter(new MinimalPrettyPrinter(""));
      for (int rank = 0; rank < hits.size(); rank++) {
        Search.Hit hit = hits.get(rank);
        json.writeStartObject();
        json.writeNumberField("query", query);
        json.writeNumberField("rank", rank + 1);
        json.writeNumberField("id", hit.id());
        json.writeNumberField("distance", hit.distance());
        if (!hit.segment().isEmpty()) {
          json.writeStringField("segment", hit.segment());
        }
        json.writeEndObject();
        json.writeRaw(System.lineSeparator());
      }
    }
  }
}
