package io.arroy.lucene;

import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.util.InfoStream;

/** Keeps which phases our component says it has begun, and checks the form in which it does. */
class MergeLog extends InfoStream {
  private static final Pattern MESSAGE =
      Pattern.compile("segment=_\\w+(?: field=\\w+)? phase=(\\w+) done=(\\d+) of=(\\d+) ms=\\d+");

  final List<String> phases = Collections.synchronizedList(new ArrayList<>());

  @Override
  public void message(String component, String message) {
    if (component.equals("ARROY")) {
      Matcher matcher = MESSAGE.matcher(message);
      assertTrue(message, matcher.matches());
      assertTrue(message, Long.parseLong(matcher.group(2)) <= Long.parseLong(matcher.group(3)));
      String phase = matcher.group(1);
      if (phases.isEmpty() || !phases.getLast().equals(phase)) {
        phases.add(phase);
      }
    }
  }

  @Override
  public boolean isEnabled(String component) {
    return true;
  }

  @Override
  public void close() {}
}
