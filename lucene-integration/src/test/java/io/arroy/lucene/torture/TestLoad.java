package io.arroy.lucene.torture;

/** Many segments, many threads, readers closed under them: right hits, and nothing is left. */
public class TestLoad extends TortureTestCase {
  public void testSearchingWhileAllChanges() throws Exception {
    assumeTrue("looks into Linux's /proc", Proc.available());
    try (ChildJvm child =
        ChildJvm.start(
            LoadChild.class,
            "-Xms192m", // all of it at once, so that what grows is not the heap
            "-XX:+AlwaysPreTouch",
            newFolder().toString(),
            Integer.toString(scale(60, 1000)),
            Integer.toString(scale(12, 64)),
            Integer.toString(Integer.getInteger("torture.seconds", scale(4, 600))),
            Integer.toString(scale(50, 1000)))) {
      for (String line : child.finish()) {
        if (!line.matches("\\d+ (searches|segments)")) {
          System.out.println(line);
        }
      }
      assertEquals(child.last(), 0, child.exitCode());
    }
  }
}
