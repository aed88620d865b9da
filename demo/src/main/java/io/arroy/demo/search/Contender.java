package io.arroy.demo.search;

import io.arroy.lucene.ArroyCodec;
import java.util.function.Supplier;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;

/**
 * An index to compare: the codec is all that differs.
 *
 * @param name what the tables call it, and its folder
 * @param codec makes what the index is written with
 */
public record Contender(String name, Supplier<Codec> codec) {
  /** The codec of this project, whose vectors are in a forest of trees. */
  public static final Contender FOREST = new Contender("forest", ArroyCodec::new);

  /** Lucene's own codec, whose vectors are in an HNSW graph. */
  public static final Contender HNSW = new Contender("hnsw", Lucene104Codec::new);
}
