package io.arroy.forest.inspect;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.forest.HeapBlocks;
import io.arroy.forest.Items;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.TreeTable;
import java.io.IOException;
import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

public class TestTreeDrawing extends RandomizedTest {
  private static final BuildOptions OPTIONS =
      BuildOptions.DEFAULT.withForestFrom(0).withLeafSize(5);

  private static int nodes(TreeDrawing drawing) {
    int nodes = 1 + (drawing.hiddenGroups() > 0 ? 1 : 0);
    for (TreeDrawing.Group group : drawing.groups()) {
      nodes += 1 + group.leaves().size() + (group.hiddenLeaves() > 0 ? 1 : 0);
    }
    return nodes;
  }

  @Test
  public void testShowsAllOrNamesTheRest() throws IOException {
    int count = randomIntBetween(1, 3000);
    HeapBlocks blocks = Items.clustered(getRandom(), count, 6, Distance.EUCLIDEAN).build(OPTIONS);
    TreeTable table = TreeTable.read(blocks, 0, 0, count);
    TreeDrawing whole = TreeDrawing.of(blocks, 0, 0, Integer.MAX_VALUE);
    assertEquals(1 + table.groups() + table.leaves(), nodes(whole));
    int limit = randomIntBetween(TreeDrawing.LEAST_NODES, 200);
    TreeDrawing part = TreeDrawing.of(blocks, 0, 0, limit);
    assertTrue(nodes(part) + " nodes, limit " + limit, nodes(part) <= limit);
    assertEquals(table.groups(), part.groups().size() + part.hiddenGroups());
    for (TreeDrawing.Group group : part.groups()) {
      int leaves = table.groupStarts()[group.number() + 1] - table.groupStarts()[group.number()];
      assertEquals(leaves, group.leaves().size() + group.hiddenLeaves());
      assertFalse(group.leaves().isEmpty());
    }
  }

  @Test
  public void testSvgIsWellFormed() throws Exception {
    HeapBlocks blocks = Items.clustered(getRandom(), 900, 6, Distance.COSINE).build(OPTIONS);
    TreeDrawing drawing = TreeDrawing.of(blocks, 0, 0, 60);
    StringBuilder svg = new StringBuilder();
    SvgWriter.write(drawing, svg);
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg.toString())));
    assertEquals("svg", document.getDocumentElement().getTagName());
    int bars = document.getElementsByTagName("rect").getLength() - 1;
    assertEquals(drawing.groups().stream().mapToInt(group -> group.leaves().size()).sum(), bars);
    int lines = document.getElementsByTagName("path").getLength();
    assertEquals(nodes(drawing) - 1, lines);
  }

  @Test
  public void testDotHasAnEdgeToEveryNode() throws IOException {
    HeapBlocks blocks = Items.clustered(getRandom(), 900, 6, Distance.COSINE).build(OPTIONS);
    TreeDrawing drawing = TreeDrawing.of(blocks, 0, 0, 60);
    StringBuilder dot = new StringBuilder();
    DotWriter.write(drawing, dot);
    assertEquals(nodes(drawing) - 1, dot.toString().split(" -> ", -1).length - 1);
    assertEquals(nodes(drawing), dot.toString().split("\\[label=", -1).length - 1);
  }

  @Test
  public void testBadArguments() throws IOException {
    HeapBlocks blocks = Items.clustered(getRandom(), 90, 6, Distance.COSINE).build(OPTIONS);
    assertThrows(IllegalArgumentException.class, () -> TreeDrawing.of(blocks, 0, 1, 100));
    assertThrows(IllegalArgumentException.class, () -> TreeDrawing.of(blocks, 0, -1, 100));
    assertThrows(IllegalArgumentException.class, () -> TreeDrawing.of(blocks, 0, 0, 9));
  }
}
