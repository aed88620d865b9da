package io.arroy.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.arroy.forest.inspect.IndexStatistics;
import io.arroy.forest.inspect.Sizes;
import io.arroy.forest.inspect.TreeStatistics;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.PageCounts;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;

/** Statistics for programs: a JSON object a line. */
final class JsonStatistics implements StatsCommand.StatisticsWriter {
  private final PrintWriter out;

  JsonStatistics(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void index(String label, IndexStatistics statistics) throws IOException {
    IndexDescription description = statistics.items().description();
    try (JsonGenerator json = open()) {
      json.writeStringField("label", label);
      json.writeNumberField("index", description.index());
      json.writeStringField("distance", Describe.name(description.distance()));
      json.writeStringField("elements", Describe.name(description.elementType()));
      json.writeNumberField("dimension", description.dimension());
      json.writeNumberField("items", statistics.items().count());
      json.writeNumberField("slots", statistics.items().layout().slots());
      json.writeNumberField("changes", statistics.changes());
      json.writeNumberField("leafSize", statistics.forest().leafSize());
      json.writeNumberField("seed", statistics.forest().seed());
      json.writeArrayFieldStart("trees");
      for (TreeStatistics tree : statistics.trees()) {
        json.writeStartObject();
        json.writeNumberField("depth", TreeStatistics.DEPTH);
        sizes(json, "groups", tree.groups());
        sizes(json, "leaves", tree.leaves());
        json.writeNumberField("alikeLeaves", tree.alikeLeaves());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeObjectFieldStart("bytes");
      for (Map.Entry<BlockKind, Long> kind : statistics.bytes().entrySet()) {
        json.writeNumberField(Describe.name(kind.getKey()), kind.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    out.println();
  }

  @Override
  public void pages(PageCounts pages) throws IOException {
    try (JsonGenerator json = open()) {
      json.writeNumberField("pageSize", pages.pageSize());
      json.writeNumberField("pages", pages.pages());
      json.writeNumberField("used", pages.used());
      json.writeNumberField("free", pages.free());
      json.writeNumberField("lost", pages.lost());
      json.writeEndObject();
    }
    out.println();
  }

  private JsonGenerator open() throws IOException {
    JsonGenerator json = new JsonFactory().createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.writeStartObject();
    return json;
  }

  private static void sizes(JsonGenerator json, String name, Sizes sizes) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("count", sizes.count());
    json.writeNumberField("least", sizes.least());
    json.writeNumberField("tenth", sizes.tenth());
    json.writeNumberField("median", sizes.median());
    json.writeNumberField("ninetieth", sizes.ninetieth());
    json.writeNumberField("most", sizes.most());
    json.writeNumberField("mean", sizes.mean());
    json.writeEndObject();
  }
}
