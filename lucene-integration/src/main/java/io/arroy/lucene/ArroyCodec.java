package io.arroy.lucene;

import java.util.concurrent.Executor;
import org.apache.lucene.codecs.CompoundFormat;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;

/**
 * Lucene's own codec with {@link ArroyVectorsFormat} for vectors and {@link ArroyCompoundFormat},
 * which leaves environments where LMDB can open them.
 */
public class ArroyCodec extends FilterCodec {
  /** The name by which Lucene finds this codec when it reads a segment. */
  public static final String NAME = "Arroy";

  private final KnnVectorsFormat forField;
  private final KnnVectorsFormat vectors = new PerField();
  private final CompoundFormat compound = new ArroyCompoundFormat();

  /** Writes with {@link ForestParameters#DEFAULT}; reads any segment. */
  public ArroyCodec() {
    this(ForestParameters.DEFAULT);
  }

  /** Writes with these parameters; reads any segment. */
  public ArroyCodec(ForestParameters parameters) {
    this(parameters, null);
  }

  /**
   * The same with the threads of a pool.
   *
   * @param executor see {@link ArroyVectorsFormat#ArroyVectorsFormat(ForestParameters, Executor)}
   */
  public ArroyCodec(ForestParameters parameters, Executor executor) {
    super(NAME, new Lucene104Codec());
    this.forField = new ArroyVectorsFormat(parameters, executor);
  }

  /** The format that new segments of a field are written with; override for some other. */
  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
    return forField;
  }

  @Override
  public final KnnVectorsFormat knnVectorsFormat() {
    return vectors;
  }

  @Override
  public final CompoundFormat compoundFormat() {
    return compound;
  }

  private final class PerField extends PerFieldKnnVectorsFormat {
    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
      return ArroyCodec.this.getKnnVectorsFormatForField(field);
    }
  }
}
