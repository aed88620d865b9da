package io.arroy.demo.search;

import io.arroy.demo.data.Entry;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * How an entry becomes a Lucene document. Fields to filter by keep the names they have in the data;
 * the demo's own begin with an underscore.
 */
public final class Fields {
  /** What full-text search looks at: title, brief and text. */
  public static final String TEXT = "_text";

  /** The embedding. */
  public static final String VECTOR = "_vector";

  /** The entry's row in the data. */
  public static final String ROW = "_row";

  /** What a hit shows first. */
  public static final String TITLE = "_title";

  /** One sentence that a hit shows. */
  public static final String BRIEF = "_brief";

  private Fields() {}

  /** The document of an entry, with its vector. */
  public static Document document(Entry entry, float[] vector) {
    Document document = new Document();
    document.add(new StringField("id", entry.id(), Field.Store.NO));
    document.add(new NumericDocValuesField(ROW, entry.row()));
    document.add(new StoredField(TITLE, entry.title()));
    document.add(new StoredField(BRIEF, entry.brief()));
    document.add(new TextField(TEXT, entry.title(), Field.Store.NO));
    if (!entry.text().startsWith(entry.brief())) {
      document.add(new TextField(TEXT, entry.brief(), Field.Store.NO));
    }
    document.add(new TextField(TEXT, entry.text(), Field.Store.NO));
    for (Map.Entry<String, List<String>> words : entry.words().entrySet()) {
      for (String word : words.getValue()) {
        document.add(new StringField(words.getKey(), word, Field.Store.NO));
      }
    }
    for (Map.Entry<String, Long> number : entry.numbers().entrySet()) {
      document.add(new LongField(number.getKey(), number.getValue(), Field.Store.NO));
    }
    document.add(new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.DOT_PRODUCT));
    return document;
  }
}
