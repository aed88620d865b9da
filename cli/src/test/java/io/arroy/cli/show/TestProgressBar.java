package io.arroy.cli.show;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.Test;

public class TestProgressBar {
  private static String drawn(boolean quiet, boolean terminal) {
    StringWriter err = new StringWriter();
    try (ProgressBar bar = new ProgressBar(new PrintWriter(err), quiet, terminal)) {
      bar.progress("build", 0, 2);
      bar.progress("leaves", 5, 10);
      bar.progress("leaves", 10, 10);
      bar.progress("update", 1, 2);
    }
    return err.toString();
  }

  @Test
  public void aTerminalGetsABarThatGoesAway() {
    String drawn = drawn(false, true);
    String full = "[" + "#".repeat(30) + "] 100 % build tree 1 of 2: leaves, 0 s";
    assertTrue(drawn, drawn.contains(full));
    assertTrue(drawn, drawn.endsWith("\r\033[K"));
    assertTrue(drawn, drawn.indexOf('\n') < 0);
  }

  @Test
  public void elsewhereEachPhaseIsALine() {
    assertEquals(
        "build tree 1 of 2 ...\nbuild tree 1 of 2: leaves ...\nupdate tree 2 of 2 ...\n",
        drawn(false, false).replace(System.lineSeparator(), "\n"));
    assertEquals("", drawn(true, false));
    assertEquals("", drawn(true, true));
  }

  @Test
  public void barsShowHowMuchIsDone() {
    assertEquals(
        "[" + "#".repeat(15) + "-".repeat(15) + "]  50 % x, 3 s", ProgressBar.draw("x", 1, 2, 3));
    assertEquals("x 1,234, 3 s", ProgressBar.draw("x", 1234, 0, 3));
  }
}
