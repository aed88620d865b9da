package io.arroy.lucene.torture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Indexes damaged in every way and place are refused, found out, or read right; a merge never takes
 * damage along; and no JVM dies of any. Each mutation runs in a child JVM that handles many.
 */
public class TestCorruptionFuzz extends TortureTestCase {
  private static final int CHUNK = 2000;
  private static final String START = "its start";

  public void testMutations() throws Exception {
    String seed = Long.toHexString(random().nextInt(Integer.MAX_VALUE));
    List<String> wrong = new ArrayList<>();
    Map<String, Integer> outcomes = new TreeMap<>();
    int count = Integer.getInteger("torture.mutations", scale(400, 12_000));
    int next = 0;
    while (next < count) {
      int last = Math.min(count, next - next % CHUNK + CHUNK);
      Path folder = newFolder();
      try (ChildJvm child =
          ChildJvm.start(
              CorruptionChild.class,
              ChildJvm.SCALAR,
              folder.toString(),
              seed,
              Integer.toString(next),
              Integer.toString(last))) {
        String begun = START;
        for (String line = child.line(); line != null; line = child.line()) {
          if (line.startsWith("BEGIN ")) {
            begun = line;
            next = Integer.parseInt(line.split(" ", 3)[1]) + 1;
          } else if (line.startsWith("END ")) {
            String outcome = line.split(" ", 3)[2];
            if (outcome.startsWith("WRONG")) {
              wrong.add(begun + "\n" + outcome.replace("\\n", "\n"));
            } else {
              outcomes.merge(outcome, 1, Integer::sum);
            }
          }
        }
        if (child.exitCode() != 0) {
          wrong.add("child died with " + child.exitCode() + " of " + begun + "\n" + child.last());
          if (begun.equals(START)) {
            break;
          }
        }
      }
    }
    System.out.println(count + " mutations, seed " + seed + ": " + outcomes);
    assertTrue(wrong.size() + " went wrong:\n" + String.join("\n", wrong), wrong.isEmpty());
    assertTrue("damage is met both when opening and later: " + outcomes, outcomes.size() >= 2);
    assertTrue(
        "something is refused: " + outcomes, outcomes.getOrDefault("refused", 0) > count / 4);
  }
}
