package io.arroy.benchmarks.standalone;

/**
 * What a build or an update cost, and left.
 *
 * @param seconds on the clock
 * @param cpuSeconds of all threads
 * @param bytes of the index's file
 * @param compactedBytes of a copy without free pages, where the file can have such; after an update
 *     the same as {@code bytes}
 * @param parameters what it was built with, such as {@code trees:100}; "-" after an update
 */
public record BuiltIndex(
    double seconds, double cpuSeconds, long bytes, long compactedBytes, String parameters) {}
