package io.arroy.demo;

import io.arroy.demo.data.DataFolder;
import io.arroy.demo.data.Entry;
import io.arroy.demo.data.Question;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Makes a question of an entry: what else is like it? */
final class Likeness {
  private Likeness() {}

  /** The entry of this title, or else the first that lists it among others. */
  static Entry find(String title, DataFolder data) {
    String wanted = title.toLowerCase(Locale.ROOT);
    Entry listed = null;
    for (Entry entry : data.entries()) {
      String all = entry.title().toLowerCase(Locale.ROOT);
      if (all.equals(wanted)) {
        return entry;
      }
      if (listed == null && List.of(all.split(", ", -1)).contains(wanted)) {
        listed = entry;
      }
    }
    if (listed == null) {
      throw new DemoException("no entry is called \"" + title + "\"");
    }
    return listed;
  }

  /** A question with the entry's own vector and words. */
  static Question question(Entry entry, DataFolder data) {
    Map<String, String> own = new HashMap<>();
    entry.words().forEach((field, words) -> own.put(field, String.join(",", words)));
    entry.numbers().forEach((field, number) -> own.put(field, number.toString()));
    own.values().removeIf(String::isEmpty);
    return new Question(entry.brief(), data.vectors().row(entry.row()), null, own, Set.of(), "");
  }
}
