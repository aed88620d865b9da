package io.arroy.benchmarks.merge;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.util.InfoStream;

/** Hears from Lucene's log what the format says it is doing. */
abstract class PhaseStream extends InfoStream {
  private static final Pattern PHASE = Pattern.compile("phase=(\\S+)");

  /** A phase is under way; told several times. */
  abstract void phase(String name);

  @Override
  public final void message(String component, String message) {
    Matcher told = PHASE.matcher(message);
    if (told.find()) {
      phase(told.group(1));
    }
  }

  @Override
  public final boolean isEnabled(String component) {
    return component.equals("ARROY");
  }

  @Override
  public final void close() {}
}
