import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the argument file that a module's {@code run} script starts a JVM with: the JDK that Maven
 * selected, the project's JVM flags and the module's class path.
 *
 * <p>Arguments: output folder, class path, then the JVM flags.
 */
final class WriteLauncher {
  private WriteLauncher() {}

  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    StringBuilder options = new StringBuilder();
    for (String flag : List.of(args).subList(2, args.length)) {
      options.append(flag).append('\n');
    }
    options.append("-cp\n\"").append(args[1].replace("\\", "\\\\")).append("\"\n");
    Files.writeString(folder.resolve("options"), options);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Files.writeString(folder.resolve("java"), java);
  }
}
