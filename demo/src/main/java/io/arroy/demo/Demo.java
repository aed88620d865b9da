package io.arroy.demo;

import io.arroy.demo.data.DataFolder;
import io.arroy.demo.data.Entry;
import io.arroy.demo.data.Question;
import io.arroy.demo.filter.Filter;
import io.arroy.demo.filter.FilterTemplate;
import io.arroy.demo.filter.Suggestions;
import io.arroy.demo.measure.ExactSearch;
import io.arroy.demo.search.BuiltIndex;
import io.arroy.demo.search.Contender;
import io.arroy.demo.search.VectorSearch;
import io.arroy.demo.show.Progress;
import io.arroy.demo.show.QuestionView;
import io.arroy.demo.show.Screen;
import io.arroy.demo.show.Style;
import io.arroy.lucene.ForestSearchStrategy;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The demo from reading the data to the last table. */
final class Demo {
  private final Settings settings;
  private final PrintStream err;
  private final Screen screen;

  Demo(Settings settings, PrintStream out, PrintStream err) {
    this.settings = settings;
    this.err = err;
    this.screen = new Screen(out, Style.detect());
  }

  void run() throws IOException {
    DataFolder data;
    try (Progress progress = Progress.of(err, "Reading " + settings.data, 0, "entries")) {
      data = DataFolder.read(settings.data, progress::done);
    }
    settings.check(data.entries().size());
    ExactSearch exact = new ExactSearch(data);
    FilterTemplate filter = FilterTemplate.parse(settings.filters, data.schema());
    Entry liked = settings.like == null ? null : Likeness.find(settings.like, data);
    try (WorkFolder folder =
            settings.index == null ? WorkFolder.temporary() : WorkFolder.kept(settings.index);
        Workshop workshop = new Workshop(data, folder.path(), err)) {
      if (liked == null) {
        checkFilter(filter, data, exact);
      }
      BuiltIndex index = workshop.build(Contender.FOREST);
      screen.line(
          String.format(
              Locale.ROOT,
              "Indexed %,d entries, %d dimensions, in %.1f s.",
              data.entries().size(),
              data.vectors().dimension(),
              index.cost().wall().toNanos() / 1e9));
      Asking asking = new Asking(index, search(), settings.hits, new QuestionView(screen));
      if (liked != null) {
        like(liked, data, filter, exact, asking);
        return;
      }
      show(data, filter, exact, asking);
      if (!settings.skipTable) {
        new Comparison(settings, data, exact, screen, err).run(workshop, index, search(), filter);
      }
    }
    if (settings.index != null) {
      screen.gap();
      screen.line("The indexes are kept in " + settings.index + ".");
    }
  }

  private VectorSearch search() {
    return settings.budget == null
        ? VectorSearch.byDefault()
        : VectorSearch.with(ForestSearchStrategy.budget(settings.budget));
  }

  /** Refuses a filter that would leave nothing to show. */
  private static void checkFilter(FilterTemplate template, DataFolder data, ExactSearch exact) {
    boolean known = false;
    for (Question question : data.questions()) {
      Filter filter = template.filter(question);
      known |= filter != null;
      if (filter != null && exact.accepted(filter).cardinality() > 0) {
        return;
      }
    }
    throw new DemoException(
        known
            ? "no entry passes the filter " + template
            : "no query knows its own value for the filter " + template);
  }

  private void show(DataFolder data, FilterTemplate filter, ExactSearch exact, Asking asking)
      throws IOException {
    List<Question> questions = new ArrayList<>(data.questions());
    Collections.shuffle(questions, new Random(settings.seed));
    Suggestions suggestions = new Suggestions(data.schema());
    int count = Math.min(settings.queries, questions.size());
    for (int i = 0; i < count; i++) {
      Question question = questions.get(i);
      Filter own =
          settings.filters.isEmpty() ? suggestions.forShow(question, i) : filter.filter(question);
      if (own != null) {
        String heading = String.format(Locale.ROOT, "Query %d of %d", i + 1, count);
        asking.ask(heading, question, own, describe(own, exact, data));
      }
    }
  }

  private static void like(
      Entry entry, DataFolder data, FilterTemplate template, ExactSearch exact, Asking asking)
      throws IOException {
    Question question = Likeness.question(entry, data);
    Filter filter = template.filter(question);
    if (filter == null) {
      throw new DemoException(
          entry.title() + " does not have the fields of the filter " + template);
    }
    String described = describe(filter, exact, data) + ", and not the entry itself";
    asking.ask("Like: " + entry.title(), question, filter.without(entry), described);
  }

  private static String describe(Filter filter, ExactSearch exact, DataFolder data) {
    return String.format(
        Locale.ROOT,
        "%s (%,d of %,d entries)",
        filter,
        exact.accepted(filter).cardinality(),
        data.entries().size());
  }
}
