package io.arroy.demo.data;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A query with its vector and what is known about its answer. */
public final class Question {
  private final String text;
  private final float[] vector;
  private final String answer;
  private final Map<String, String> own;
  private final Set<Integer> relatives;
  private final String relation;

  /**
   * Creates a question.
   *
   * @param text what is asked
   * @param vector its embedding, which the question keeps
   * @param answer the title of the entry that was held out, or null where there is none
   * @param own what is known about the answer: field to the right-hand side of a filter
   * @param relatives rows of entries related to the answer
   * @param relation how those are related, in words
   */
  public Question(
      String text,
      float[] vector,
      String answer,
      Map<String, String> own,
      Set<Integer> relatives,
      String relation) {
    this.text = text;
    this.vector = vector;
    this.answer = answer;
    this.own = Map.copyOf(own);
    this.relatives = Set.copyOf(relatives);
    this.relation = relation;
  }

  /** What is asked. */
  public String text() {
    return text;
  }

  /** The embedding of the text; not to be changed. */
  public float[] vector() {
    return vector;
  }

  /** The title of the entry that was held out of the index, or null where there is none. */
  public String answer() {
    return answer;
  }

  /** The value or range of a field that suits the answer, or null where it is not known. */
  public String own(String field) {
    return own.get(field);
  }

  /** Whether the entry of this row is related to the answer. */
  public boolean relates(int row) {
    return relatives.contains(row);
  }

  /** How related entries are related, in words. */
  public String relation() {
    return relation;
  }

  /** The synonyms a title lists. */
  static List<String> lemmas(String title) {
    return List.of(title.toLowerCase(Locale.ROOT).split(", ", -1));
  }
}
