package io.arroy.demo.data;

import java.util.List;
import java.util.Map;

/**
 * A text that can be found.
 *
 * @param row its number, which is also the row of its vector
 * @param id a name that no other entry has
 * @param title what is shown of it first
 * @param brief one sentence about it
 * @param text all of it
 * @param words its fields of words, such as a section or tags
 * @param numbers its fields of whole numbers
 */
public record Entry(
    int row,
    String id,
    String title,
    String brief,
    String text,
    Map<String, List<String>> words,
    Map<String, Long> numbers) {

  /** The words of a field, none where the entry does not have it. */
  public List<String> words(String field) {
    return words.getOrDefault(field, List.of());
  }
}
