package io.arroy.cli.command;

import io.arroy.cli.opened.Opened;
import io.arroy.cli.opened.OpenedIndex;
import io.arroy.cli.opened.Target;
import io.arroy.forest.inspect.DotWriter;
import io.arroy.forest.inspect.SvgWriter;
import io.arroy.forest.inspect.TreeDrawing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Draws a tree. */
@Command(
    name = "plot",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = "Draws a tree of an index: its root, groups and leaves, with their items.")
public final class PlotCommand implements Callable<Integer> {
  /** How a tree is drawn. */
  enum Format {
    SVG,
    DOT
  }

  @Spec private CommandSpec spec;
  @Mixin private Target target;

  @Option(
      names = "--tree",
      paramLabel = "N",
      defaultValue = "0",
      description = "Number of the tree (default: ${DEFAULT-VALUE}).")
  private int tree;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "200",
      description = "The most nodes to draw, 10 or more (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = {"-f", "--format"},
      description = {
        "${COMPLETION-CANDIDATES} (default: SVG, or what the output's name ends in:",
        ".svg, .dot or .gv)."
      })
  private Format format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to draw (default: standard output).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    Format drawnAs = format();
    StringBuilder drawn = new StringBuilder();
    try (Opened opened = target.open()) {
      OpenedIndex index = target.only(opened);
      TreeDrawing drawing = TreeDrawing.of(index.blocks(), index.number(), tree, limit);
      if (drawnAs == Format.DOT) {
        DotWriter.write(drawing, drawn);
      } else {
        SvgWriter.write(drawing, drawn);
      }
    }
    if (output == null) {
      spec.commandLine().getOut().print(drawn);
    } else {
      write(drawn);
    }
    return 0;
  }

  private static boolean isDrawing(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(8), StandardCharsets.ISO_8859_1);
      return start.isEmpty() || start.startsWith("<svg ") || start.startsWith("digraph ");
    }
  }

  private Format format() {
    if (format != null) {
      return format;
    }
    if (output == null) {
      return Format.SVG;
    }
    String name = output.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".svg")) {
      return Format.SVG;
    }
    if (name.endsWith(".dot") || name.endsWith(".gv")) {
      return Format.DOT;
    }
    throw new IllegalArgumentException(
        "--output must end in .svg, .dot or .gv, got " + output + "; or give --format SVG or DOT");
  }

  /** All or nothing: a drawing that was there stays until the new one is whole. */
  private void write(CharSequence drawn) throws IOException {
    if (Files.exists(output) && !isDrawing(output)) {
      throw new IllegalArgumentException(
          output + " exists and is no drawing: it is not replaced, give another --output");
    }
    Path folder = output.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(String.valueOf(folder));
    }
    Path partial = folder.resolve("plot-" + UUID.randomUUID() + ".part");
    try {
      // No file and no link that is there is written to.
      Files.writeString(partial, drawn, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      Files.move(partial, output, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
