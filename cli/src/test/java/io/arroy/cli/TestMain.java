package io.arroy.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.Test;

public class TestMain extends CliTestCase {
  @Test
  public void helpNamesEveryCommand() {
    String help = ok("--help");
    for (String command :
        List.of(
            "create", "import", "build", "query", "delete", "stats", "verify", "dump", "plot",
            "compact")) {
      assertTrue(help, help.contains("\n  " + command + " "));
      assertTrue(ok(command, "--help").startsWith("Usage: arroy " + command));
    }
    assertTrue(ok("--version").startsWith("arroy "));
  }

  @Test
  public void wrongUsageIsOneLineAndTwo() {
    for (Object[] wrong :
        new Object[][] {
          {},
          {"make"},
          {"create"},
          {"create", "x", "-d", "far", "-n", 3},
          {"query", "x"},
          {"query", "x", "--item", 1, "--vector", "1"},
          {"compact", "x"},
          {"compact", "x", "--to", "y", "--replace"},
          {"stats", "x", "--unknown"}
        }) {
      Result result = run(wrong);
      assertEquals(result.toString(), 2, result.code());
      assertEquals(result.toString(), 1, result.err().lines().count());
      assertEquals("", result.out());
    }
  }

  @Test
  public void traceSaysWhere() throws IOException {
    Result result = run("stats", newTempDir().resolve("missing"), "--trace");
    assertEquals(1, result.code());
    assertTrue(result.err(), result.err().contains("missing: no such file"));
    assertTrue(result.err(), result.err().contains("\tat io.arroy.cli"));
  }
}
