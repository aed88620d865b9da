package io.arroy.lucene.torture;

import static io.arroy.lucene.torture.Sandbox.quote;

import io.arroy.forest.store.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Where nothing can be written, executed, opened or mapped: reading goes on wherever it can, and
 * what cannot be done is said in words. {@code docs/failure-and-recovery.md} says what to do then.
 */
public class TestLimits extends TortureTestCase {
  private static final String LIBRARY = "LMDB's library cannot be loaded";

  private Path folder;
  private Path index;
  private Path temporary;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    Sandbox.assumeMounts();
    folder = newFolder();
    index = Files.createDirectory(folder.resolve("index"));
    temporary = Files.createDirectory(folder.resolve("temporary"));
    assertEquals(List.of("create: right"), run(":", List.of("create")));
  }

  private List<String> run(String script, List<String> steps, String... options)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(steps);
    arguments.add(index.toString());
    List<String> command = ChildJvm.command(LimitsChild.class, arguments.toArray(new String[0]));
    try (ChildJvm child = ChildJvm.start(Sandbox.command(script, command))) {
      List<String> lines = child.finish();
      lines.removeIf(line -> !line.matches("(create|read|look|write|many|in|space|grow)[^<]*: .*"));
      assertEquals(child.last(), 0, child.exitCode());
      return lines;
    }
  }

  private String temporaryOption() {
    return "-Djava.io.tmpdir=" + temporary;
  }

  private String mount(String options) {
    return "mount -t tmpfs -o " + options + " none " + quote(temporary);
  }

  private void assertLines(List<String> lines, String... parts) {
    assertEquals(lines.toString(), parts.length, lines.size());
    for (int i = 0; i < parts.length; i++) {
      assertTrue(lines + " at " + i, lines.get(i).contains(parts[i]));
    }
  }

  private String mountReadOnly() {
    return "mount --bind "
        + quote(index)
        + " "
        + quote(index)
        + "; mount -o remount,ro,bind "
        + quote(index);
  }

  /** LMDB takes no locks there: a process that writes elsewhere would not see its readers. */
  public void testLiveEnvironmentOnReadOnlyFileSystem() throws Exception {
    Environment.open(index.resolve("live")).close();
    List<String> both = List.of("read-live", "look-live");
    String refused = "live-lock is on a read-only file system";
    assertLines(run(mountReadOnly(), both), refused, refused);
    Files.delete(index.resolve("live-lock"));
    assertLines(run(mountReadOnly(), both), "read-live: right", "look-live: right");
  }

  public void testReadOnlyFileSystem() throws Exception {
    assertLines(
        run(mountReadOnly(), List.of("read", "write")),
        "in place: true",
        "read: right",
        "Read-only file system");
  }

  public void testFolderWithoutWritePermission() throws Exception {
    // Even for a superuser, who has no right to pass over permissions here.
    String withoutRights =
        "chmod 555 "
            + quote(index)
            + "; set -- setpriv --bounding-set=-dac_override --inh-caps=-dac_override \"$@\"";
    try {
      assertLines(
          run(withoutRights, List.of("read", "write")),
          "in place: true",
          "read: right",
          "AccessDeniedException");
    } finally {
      Files.setPosixFilePermissions(index, PosixFilePermissions.fromString("rwx------"));
    }
  }

  public void testTemporaryFolderWithoutExecution() throws Exception {
    assertLines(
        run(mount("noexec,size=8m"), List.of("read", "write"), temporaryOption()),
        "in place: false",
        "read: right",
        LIBRARY);
  }

  public void testLibraryExtractedElsewhere() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    assertLines(
        run(
            mount("noexec,size=8m"),
            List.of("read", "write"),
            temporaryOption(),
            "-Dlmdbjava.extract.dir=" + elsewhere,
            "-Djffi.extract.dir=" + elsewhere),
        "in place: true",
        "read: right",
        "write: right");
  }

  public void testFullTemporaryFolder() throws Exception {
    assertLines(
        run(
            mount("size=8k") + "; dd if=/dev/zero of=" + quote(temporary) + "/x bs=8k count=1 2>&1",
            List.of("read", "write"),
            temporaryOption()),
        "in place: false",
        "read: right",
        LIBRARY);
  }

  public void testReadOnlyTemporaryFolder() throws Exception {
    assertLines(
        run(mount("ro"), List.of("read", "write"), temporaryOption()),
        "in place: false",
        "read: right",
        LIBRARY);
  }

  public void testFewFilesAllowed() throws Exception {
    List<String> lines = run("ulimit -n 400", List.of("many", "read", "write"));
    assertLines(
        lines,
        "Too many open files",
        "many: right",
        "in place: true",
        "read: right",
        "write: right");
  }

  public void testLittleAddressSpace() throws Exception {
    index = Files.createDirectory(folder.resolve("large"));
    List<String> lines =
        run(
            "export MALLOC_ARENA_MAX=1",
            List.of(
                "create-large",
                "read-large",
                "space-for-one-map",
                "read-large",
                "space-for-no-map",
                "read-large",
                "read-large-unmapped"),
            "-Xms512m",
            "-Xmx512m",
            "-XX:+AlwaysPreTouch");
    assertLines(
        lines,
        "create-large: right",
        "in maps: 2",
        "read-large: right",
        "space-for-one-map: right",
        "in maps: 1",
        "read-large: right",
        "space-for-no-map: right",
        "Map failed",
        "in maps: 0",
        "read-large-unmapped: right");
  }

  /** LMDB would read where its map was. */
  public void testNoAddressSpaceToGrow() throws Exception {
    for (String kind : List.of("live", "scratch")) {
      assertLines(
          run(
              "export MALLOC_ARENA_MAX=1",
              List.of("grow-warm", "space-for-" + kind, "grow-" + kind),
              "-Xms192m",
              "-XX:+AlwaysPreTouch"),
          "grow-warm: right",
          "space-for-" + kind + ": right",
          "in growing: cannot ",
          "grow-" + kind + ": right");
    }
  }
}
