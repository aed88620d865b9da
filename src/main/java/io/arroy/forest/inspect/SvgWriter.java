package io.arroy.forest.inspect;

import java.io.IOException;

/**
 * Writes a drawing as SVG: the root on the left, groups in the middle, a row for each leaf on the
 * right with a bar as long as it is full. A leaf with more items than its size is orange.
 */
public final class SvgWriter {
  private static final int ROW = 18;
  private static final int MARGIN = 16;
  private static final int ROOT_X = MARGIN;
  private static final int GROUP_X = 230;
  private static final int LEAF_X = 430;
  private static final int BAR_X = LEAF_X + 150;
  private static final int FULL_BAR = 120;
  private static final int LONGEST_BAR = 3 * FULL_BAR;
  private static final int WIDTH = BAR_X + LONGEST_BAR + MARGIN;
  private static final int TEXT_END = 120;

  private final TreeDrawing drawing;
  private final Appendable out;
  private int row;

  private SvgWriter(TreeDrawing drawing, Appendable out) {
    this.drawing = drawing;
    this.out = out;
  }

  /** Writes a drawing: a whole SVG document. */
  public static void write(TreeDrawing drawing, Appendable out) throws IOException {
    new SvgWriter(drawing, out).write();
  }

  private void write() throws IOException {
    int rows = drawing.hiddenGroups() > 0 ? 1 : 0;
    for (TreeDrawing.Group group : drawing.groups()) {
      rows += rows(group);
    }
    int height = Math.max(1, rows) * ROW + 2 * MARGIN;
    int middle = height / 2;
    out.append("<svg xmlns='http://www.w3.org/2000/svg' width='" + WIDTH + "' height='" + height)
        .append("' font-family='sans-serif' font-size='11'>\n")
        .append("<rect width='100%' height='100%' fill='white'/>\n");
    text(ROOT_X, middle - ROW / 3, "#000", drawing.title());
    text(ROOT_X, middle + ROW / 2, "#666", TreeDrawing.items(drawing.items()));
    for (TreeDrawing.Group group : drawing.groups()) {
      group(group, middle);
    }
    if (drawing.hiddenGroups() > 0) {
      int y = y(row);
      line(ROOT_X + TEXT_END, middle, GROUP_X - 6, y);
      String rest = TreeDrawing.hidden(drawing.hiddenGroups(), "group", "groups");
      text(GROUP_X, y + 4, "#666", rest);
    }
    out.append("</svg>\n");
  }

  private static int rows(TreeDrawing.Group group) {
    return Math.max(1, group.leaves().size() + (group.hiddenLeaves() > 0 ? 1 : 0));
  }

  private void group(TreeDrawing.Group group, int rootY) throws IOException {
    int y = (y(row) + y(row + rows(group) - 1)) / 2;
    line(ROOT_X + TEXT_END, rootY, GROUP_X - 6, y);
    String label = "group " + group.number() + " · " + TreeDrawing.items(group.items());
    text(GROUP_X, y + 4, "#000", label);
    for (TreeDrawing.Leaf leaf : group.leaves()) {
      int leafY = y(row++);
      line(GROUP_X + TEXT_END + 20, y, LEAF_X - 6, leafY);
      String name = "leaf " + leaf.number() + " · " + TreeDrawing.items(leaf.items());
      text(LEAF_X, leafY + 4, "#000", name);
      long length = Math.min(LONGEST_BAR, (long) leaf.items() * FULL_BAR / drawing.leafSize());
      String fill = leaf.items() > drawing.leafSize() ? "#e8833a" : "#4a7ebb";
      out.append("<rect x='" + BAR_X + "' y='" + (leafY - 5) + "' width='" + Math.max(1, length))
          .append("' height='10' fill='" + fill + "'/>\n");
    }
    if (group.hiddenLeaves() > 0) {
      int restY = y(row++);
      line(GROUP_X + TEXT_END + 20, y, LEAF_X - 6, restY);
      text(LEAF_X, restY + 4, "#666", TreeDrawing.hidden(group.hiddenLeaves(), "leaf", "leaves"));
    }
  }

  private static int y(int row) {
    return MARGIN + row * ROW + ROW / 2;
  }

  private void line(int x1, int y1, int x2, int y2) throws IOException {
    int bend = (x1 + x2) / 2;
    out.append("<path d='M" + x1 + " " + y1 + " C" + bend + " " + y1 + " " + bend + " " + y2)
        .append(" " + x2 + " " + y2 + "' fill='none' stroke='#bbb'/>\n");
  }

  private void text(int x, int y, String colour, String text) throws IOException {
    out.append("<text x='" + x + "' y='" + y + "' fill='" + colour + "'>" + text + "</text>\n");
  }
}
