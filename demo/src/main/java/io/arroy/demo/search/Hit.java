package io.arroy.demo.search;

/**
 * A document that was found.
 *
 * @param doc its number in the index
 * @param row its number in the data
 * @param score what the search that found it gave it
 * @param title what to show of it first
 * @param brief one sentence about it
 */
public record Hit(int doc, int row, float score, String title, String brief) {}
