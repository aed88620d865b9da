package io.arroy.demo.filter;

import io.arroy.demo.data.Question;
import io.arroy.demo.data.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * Filters worth trying where the user gives none. They differ in how much they let through and in
 * whether that lies near the query, which is what makes filtered vector search easy or hard.
 */
public final class Suggestions {
  private static final List<String> SECTION = List.of("section=own");
  private static final List<String> PART_OF_SPEECH = List.of("pos=own");
  private static final List<String> LINKED = List.of("pos=own", "n_relations=4..");
  private static final List<String> SIZE = List.of("installed_size=own");
  private static final List<String> PROGRAM = List.of("tags=role::program");

  private final Schema schema;

  /** Suggestions for data with these fields. */
  public Suggestions(Schema schema) {
    this.schema = schema;
  }

  /** The filter to show a question with: the kinds that suit it take turns. */
  public Filter forShow(Question question, int turn) {
    // A dictionary's question is shown with a dictionary's filters, also in a mixed collection.
    boolean dictionary = question.own("pos") != null;
    List<List<String>> kinds =
        dictionary ? List.of(SECTION, PART_OF_SPEECH, LINKED) : List.of(SECTION, SIZE, PROGRAM);
    List<Filter> filters = new ArrayList<>();
    for (FilterTemplate template : known(kinds)) {
      Filter filter = template.filter(question);
      if (filter != null) {
        filters.add(filter);
      }
    }
    return filters.isEmpty() ? Filter.NONE : filters.get(turn % filters.size());
  }

  /** The filters to measure with, over all questions; the first is none. */
  public List<FilterTemplate> forMeasurement() {
    List<FilterTemplate> templates = new ArrayList<>();
    templates.add(FilterTemplate.NONE);
    templates.addAll(
        known(
            List.of(
                PART_OF_SPEECH,
                List.of("n_relations=4.."),
                SECTION,
                List.of("section=noun.animal"),
                SIZE,
                PROGRAM)));
    return templates;
  }

  private List<FilterTemplate> known(List<List<String>> kinds) {
    List<FilterTemplate> templates = new ArrayList<>();
    for (List<String> kind : kinds) {
      if (kind.stream().allMatch(this::isKnown)) {
        templates.add(FilterTemplate.parse(kind, schema));
      }
    }
    return templates;
  }

  /** Whether the data have the field and, for a word, the word. */
  private boolean isKnown(String expression) {
    int equals = expression.indexOf('=');
    String field = expression.substring(0, equals);
    String value = expression.substring(equals + 1);
    return schema.hasNumbers(field)
        || (value.equals(Expression.OWN) ? schema.hasWords(field) : schema.hasWord(field, value));
  }
}
