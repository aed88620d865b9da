package io.arroy.demo.data;

import io.arroy.demo.DemoException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The fields that entries can be filtered by, found by looking at all of them. */
public final class Schema {
  private final Map<String, Set<String>> words = new TreeMap<>();
  private final Set<String> numbers = new TreeSet<>();

  /** Reads off the fields of these entries. */
  public static Schema of(Collection<Entry> entries) {
    Schema schema = new Schema();
    for (Entry entry : entries) {
      entry
          .words()
          .forEach(
              (name, all) -> schema.words.computeIfAbsent(name, n -> new TreeSet<>()).addAll(all));
      schema.numbers.addAll(entry.numbers().keySet());
    }
    for (String name : schema.numbers) {
      if (schema.words.containsKey(name)) {
        throw new DemoException(
            "field " + name + " holds words in some entries and numbers in others");
      }
    }
    return schema;
  }

  /** Whether entries have a field of words of this name. */
  public boolean hasWords(String field) {
    return words.containsKey(field);
  }

  /** Whether an entry has this word in this field. */
  public boolean hasWord(String field, String word) {
    return words.getOrDefault(field, Set.of()).contains(word);
  }

  /** Whether entries have a field of numbers of this name. */
  public boolean hasNumbers(String field) {
    return numbers.contains(field);
  }

  /** All fields, for messages. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>(words.keySet());
    names.addAll(numbers);
    return names;
  }
}
