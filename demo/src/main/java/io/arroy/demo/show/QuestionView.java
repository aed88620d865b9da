package io.arroy.demo.show;

import io.arroy.demo.data.Question;
import io.arroy.demo.search.Fusion;
import io.arroy.demo.search.Hit;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Prints a question with what was found by text, by vector and by both. */
public final class QuestionView {
  private static final String RELATED = "*";
  private static final int HALF = Screen.WIDTH / 2 - 3;
  private static final int FUSED_TITLE = 34;

  private final Screen screen;

  /** Prints to this screen. */
  public QuestionView(Screen screen) {
    this.screen = screen;
  }

  /**
   * Prints what frames the hits.
   *
   * @param heading where in the sequence this is
   * @param question the question
   * @param filter which filter applies, and what it accepts
   */
  public void head(String heading, Question question, String filter) {
    screen.heading(heading);
    screen.line("");
    for (String line : Text.wrap("“" + question.text() + "”", Screen.WIDTH - 2)) {
      screen.line("  " + screen.style().bold(line));
    }
    if (question.answer() != null) {
      screen.paragraph("  answer  ", question.answer() + " (held out: not in the index)");
    }
    screen.paragraph("  filter  ", filter);
  }

  /**
   * Prints the hits.
   *
   * @param question the question they answer
   * @param text found by text
   * @param vector found by vector
   * @param fused the ranking of both
   * @param fusion knows where the fused ones come from
   */
  public void hits(
      Question question, List<Hit> text, List<Hit> vector, List<Hit> fused, Fusion fusion) {
    screen.gap();
    screen.line(
        "     "
            + screen.style().faint(Text.left("BY TEXT (BM25)", HALF + 2) + "BY VECTOR (cosine)"));
    for (int i = 0; i < Math.max(text.size(), vector.size()); i++) {
      screen.line(
          Text.right("" + (i + 1), 3)
              + cell(question, text, i, "%.1f", hit -> hit.score())
              + cell(question, vector, i, "%.3f", QuestionView::cosine));
    }
    screen.gap();
    screen.line(
        "     "
            + screen
                .style()
                .faint(
                    Text.left("BY BOTH (fused)", FUSED_TITLE)
                        + Text.right("text", 6)
                        + Text.right("vector", 8)));
    int rank = 1;
    for (Hit hit : fused) {
      String definition = Text.cut(hit.brief(), Screen.WIDTH - FUSED_TITLE - 21);
      screen.line(
          Text.right("" + rank++, 3)
              + mark(question, hit)
              + Text.left(hit.title(), FUSED_TITLE)
              + Text.right(ordinal(fusion.textRank(hit.doc())), 6)
              + Text.right(ordinal(fusion.vectorRank(hit.doc())), 8)
              + "  "
              + screen.style().faint(definition));
    }
    if (fused.isEmpty()) {
      screen.line("     nothing found");
    }
    if (Stream.of(text, vector, fused)
        .flatMap(List::stream)
        .anyMatch(hit -> question.relates(hit.row()))) {
      screen.line("  " + RELATED + "  " + screen.style().faint(question.relation()));
    }
  }

  private static String cell(
      Question question, List<Hit> hits, int i, String format, ToDoubleFunction<Hit> score) {
    if (i >= hits.size()) {
      return " ".repeat(HALF + 2);
    }
    Hit hit = hits.get(i);
    return mark(question, hit)
        + Text.left(hit.title(), HALF - 9)
        + Text.right(String.format(Locale.ROOT, format, score.applyAsDouble(hit)), 7)
        + "  ";
  }

  /** Undoes what Lucene does to a dot product to make a score of it. */
  private static double cosine(Hit hit) {
    return 2 * hit.score() - 1;
  }

  private static String mark(Question question, Hit hit) {
    return question.relates(hit.row()) ? RELATED + " " : "  ";
  }

  private static String ordinal(int rank) {
    return rank == 0 ? "-" : "" + rank;
  }
}
