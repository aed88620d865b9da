package io.arroy.forest.inspect;

import java.io.IOException;

/** Writes a drawing in DOT, the language of Graphviz. */
public final class DotWriter {
  private DotWriter() {}

  /** Writes a drawing. */
  public static void write(TreeDrawing drawing, Appendable out) throws IOException {
    out.append("digraph tree {\n");
    out.append("  rankdir=LR;\n");
    out.append("  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=10];\n");
    node(out, "root", drawing.title() + "\\n" + TreeDrawing.items(drawing.items()));
    for (TreeDrawing.Group group : drawing.groups()) {
      String name = "group" + group.number();
      node(out, name, "group " + group.number() + "\\n" + TreeDrawing.items(group.items()));
      edge(out, "root", name);
      for (TreeDrawing.Leaf leaf : group.leaves()) {
        node(
            out,
            "leaf" + leaf.number(),
            "leaf " + leaf.number() + "\\n" + TreeDrawing.items(leaf.items()));
        edge(out, name, "leaf" + leaf.number());
      }
      if (group.hiddenLeaves() > 0) {
        note(out, name + "rest", TreeDrawing.hidden(group.hiddenLeaves(), "leaf", "leaves"));
        edge(out, name, name + "rest");
      }
    }
    if (drawing.hiddenGroups() > 0) {
      note(out, "rest", TreeDrawing.hidden(drawing.hiddenGroups(), "group", "groups"));
      edge(out, "root", "rest");
    }
    out.append("}\n");
  }

  private static void node(Appendable out, String name, String label) throws IOException {
    out.append("  " + name + " [label=\"" + label + "\"];\n");
  }

  private static void note(Appendable out, String name, String label) throws IOException {
    out.append("  " + name + " [label=\"" + label + "\", shape=plain];\n");
  }

  private static void edge(Appendable out, String from, String to) throws IOException {
    out.append("  " + from + " -> " + to + ";\n");
  }
}
