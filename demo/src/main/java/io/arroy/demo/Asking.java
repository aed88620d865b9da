package io.arroy.demo;

import io.arroy.demo.data.Question;
import io.arroy.demo.filter.Filter;
import io.arroy.demo.search.BuiltIndex;
import io.arroy.demo.search.Fusion;
import io.arroy.demo.search.HybridSearcher;
import io.arroy.demo.search.VectorSearch;
import io.arroy.demo.show.QuestionView;
import java.io.IOException;
import org.apache.lucene.search.TopDocs;

/**
 * Asks an index a question by text and by vector, fuses the two and shows all three.
 *
 * @param index whom to ask
 * @param search how hard the vector search tries
 * @param hits how many hits to show
 * @param view where to
 */
record Asking(BuiltIndex index, VectorSearch search, int hits, QuestionView view) {
  /**
   * How deep the rankings are that are fused, as what only one of them ranks first may be far down.
   */
  private static final int DEPTH = 50;

  void ask(String heading, Question question, Filter filter, String described) throws IOException {
    HybridSearcher searcher = index.searcher();
    int depth = Math.max(DEPTH, hits);
    TopDocs text = searcher.byText(question.text(), filter, depth);
    TopDocs vector = searcher.byVector(question.vector(), filter, depth, search);
    Fusion fusion = new Fusion(text, vector);
    view.head(heading, question, described);
    view.hits(
        question,
        searcher.hits(text, hits),
        searcher.hits(vector, hits),
        searcher.hits(fusion.top(hits), hits),
        fusion);
  }
}
