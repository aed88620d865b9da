package io.arroy.lucene;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.CursorIterable;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/** What another process, which knows only LMDB, sees in the environment of a live index. */
final class OtherProcess {
  private OtherProcess() {}

  /** Prints the format entry, and the kind and length of each block. Argument: the file. */
  public static void main(String[] args) {
    try (Env<byte[]> env =
            Env.create(ByteArrayProxy.PROXY_BA)
                .open(
                    Path.of(args[0]).toFile(),
                    EnvFlags.MDB_NOSUBDIR,
                    EnvFlags.MDB_NOLOCK,
                    EnvFlags.MDB_RDONLY_ENV);
        Txn<byte[]> txn = env.txnRead()) {
      Dbi<byte[]> blocks = env.openDbi(txn, (byte[]) null, null, false);
      try (CursorIterable<byte[]> entries = blocks.iterate(txn)) {
        for (CursorIterable.KeyVal<byte[]> entry : entries) {
          String key = new String(entry.key(), UTF_8);
          System.out.println(
              key.equals("format")
                  ? new String(entry.val(), UTF_8)
                  : "block " + entry.key()[0] + " " + entry.val().length);
        }
      }
    }
  }

  /** Runs {@link #main} with this process's class path; returns the lines it printed. */
  static List<String> run(Path file) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(OtherProcess.class.getName());
    command.add(file.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(printed);
    }
    return printed.lines().toList();
  }
}
