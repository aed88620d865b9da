package io.arroy.benchmarks.standalone;

/**
 * Queries to ask.
 *
 * @param k how many neighbours are wanted
 * @param setting one of {@link StandaloneSystem#settings}
 * @param filter the name of the workload's filter, or null for all items
 * @param from the first query's number
 * @param count how many queries
 */
public record SearchRequest(int k, String setting, String filter, int from, int count) {}
