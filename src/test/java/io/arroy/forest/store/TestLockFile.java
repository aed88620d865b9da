package io.arroy.forest.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.util.IOUtils;
import org.junit.Test;

/** What LMDB would make of its lock file must be there before it is opened. */
public class TestLockFile extends StoreTestCase {
  @Test
  public void testHasRoomForAllReadersAndNoMore() throws IOException {
    int readers = randomIntBetween(1, 300);
    Path file = newFile("live");
    Path lockFile = file.resolveSibling("live-lock");
    assertEquals(readers, LockFile.createIfMissing(file, readers));
    byte[] zeros = Files.readAllBytes(lockFile);
    assertArrayEquals(new byte[zeros.length], zeros);
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(lockFile)));
    EnvironmentOptions options = EnvironmentOptions.DEFAULT.withMaxReaders(readers);
    List<Snapshot> open = new ArrayList<>();
    try (Environment environment = Environment.open(file, options)) {
      assertEquals(zeros.length, Files.size(lockFile));
      for (int i = 0; i < readers; i++) {
        open.add(environment.read());
      }
      assertThrows(IOException.class, environment::read);
      IOUtils.close(open);
    }
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(2, files.count());
    }
  }

  /**
   * Bytes that LMDB adds for more readers have no room on the disk, and others do not know them.
   */
  @Test
  public void testIsNotExtended() throws IOException {
    Path file = newFile("live");
    Path lockFile = file.resolveSibling("live-lock");
    Environment.open(file, EnvironmentOptions.DEFAULT.withMaxReaders(3)).close();
    long size = Files.size(lockFile);
    List<Snapshot> open = new ArrayList<>();
    EnvironmentOptions more = EnvironmentOptions.DEFAULT.withMaxReaders(randomIntBetween(4, 500));
    try (Environment environment = Environment.open(file, more)) {
      assertEquals(size, Files.size(lockFile));
      for (int i = 0; i < 3; i++) {
        open.add(environment.read());
      }
      IOException full = assertThrows(IOException.class, environment::read);
      assertTrue(full.getMessage(), full.getMessage().contains(lockFile + " has a place for each"));
      IOUtils.close(open);
    }
    EnvironmentFile.open(file).close();
    assertEquals(size, Files.size(lockFile));
    Files.delete(lockFile);
    Environment.open(file, more).close();
    assertEquals(size + 64L * (more.maxReaders() - 3), Files.size(lockFile));
  }

  @Test
  public void testIsLeftToLmdbWhereThereAreNoLinks() throws IOException {
    Path file = newFile("live");
    LockFile.Linking none =
        (link, existing) -> {
          throw new FileSystemException(link.toString(), null, "Operation not permitted");
        };
    assertEquals(7, LockFile.createIfMissing(file, 7, none));
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(0, files.count());
    }
    Environment.open(file).close();
  }

  /** A hole in it would end the process when the disk is full. */
  @Test
  public void testIsNotLeftToLmdbWhereTheDiskIsFull() throws IOException {
    Path file = newFile("live");
    LockFile.Linking full =
        new LockFile.Linking() {
          @Override
          public void link(Path link, Path existing) throws IOException {
            throw new FileSystemException(link.toString(), null, "No space left on device");
          }

          @Override
          public boolean hasRoom(Path folder) {
            return false;
          }
        };
    assertThrows(FileSystemException.class, () -> LockFile.createIfMissing(file, 7, full));
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(0, files.count());
    }
  }

  @Test
  public void testOneThatIsThereStays() throws IOException {
    Path file = newFile("live");
    Path lockFile = file.resolveSibling("live-lock");
    Files.write(lockFile, new byte[] {1, 2});
    assertEquals(10, LockFile.createIfMissing(file, 10));
    assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(lockFile));
  }
}
