package io.arroy.demo.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes questions of JSON objects and looks up the relatives of their answers. */
final class QuestionReader {
  /** Parts of speech by the first part of a WordNet section; adjectives come in two kinds. */
  private static final Map<String, String> PARTS_OF_SPEECH =
      Map.of("noun", "n", "verb", "v", "adj", "a,s", "adv", "r");

  private final Map<String, Set<Integer>> rowsByLemma = new HashMap<>();

  QuestionReader(Collection<Entry> entries) {
    for (Entry entry : entries) {
      for (String lemma : Question.lemmas(entry.title())) {
        rowsByLemma.computeIfAbsent(lemma, l -> new HashSet<>()).add(entry.row());
      }
    }
  }

  Question read(JsonLine line, float[] vector) {
    JsonNode node = line.node();
    String answer = node.path("heldout_title").asText(null);
    Set<Integer> relatives = new HashSet<>();
    String relation;
    if (node.has("sibling_rows")) {
      node.get("sibling_rows").forEach(row -> relatives.add(row.asInt()));
      relation = "from the same source package as the answer";
    } else {
      for (String lemma : answer == null ? List.<String>of() : Question.lemmas(answer)) {
        relatives.addAll(rowsByLemma.getOrDefault(lemma, Set.of()));
      }
      relation = "shares a word with the answer";
    }
    return new Question(line.text("text"), vector, answer, own(node), relatives, relation);
  }

  private static Map<String, String> own(JsonNode node) {
    Map<String, String> own = new HashMap<>();
    String section = node.path("own_section").asText("");
    if (!section.isEmpty()) {
      own.put("section", section);
    }
    int dot = section.indexOf('.');
    String pos = dot < 0 ? null : PARTS_OF_SPEECH.get(section.substring(0, dot));
    if (pos != null) {
      own.put("pos", pos);
    }
    JsonNode size = node.path("own_size");
    if (size.size() == 2) {
      own.put("installed_size", size.get(0).asLong() + ".." + size.get(1).asLong());
    }
    return own;
  }
}
