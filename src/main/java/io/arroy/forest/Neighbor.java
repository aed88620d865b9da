package io.arroy.forest;

/**
 * An item that a search found.
 *
 * @param id its id
 * @param distance how far it is from the query, in the distance's own unit: smaller is nearer
 */
public record Neighbor(int id, float distance) {}
