package io.arroy.demo.measure;

import io.arroy.demo.search.HybridSearcher;
import io.arroy.demo.search.VectorSearch;

/**
 * One way to search that takes part in a race.
 *
 * @param name what the table calls it
 * @param searcher the index it searches
 * @param search how hard it tries
 */
public record Runner(String name, HybridSearcher searcher, VectorSearch search) {}
