package io.arroy.demo.show;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import java.util.List;
import org.junit.Test;

/** Text keeps to its columns. */
public class TestText extends RandomizedTest {
  @Test
  public void columnsAreExact() {
    assertEquals("ab  ", Text.left("ab", 4));
    assertEquals("  ab", Text.right("ab", 4));
    assertEquals("abc…", Text.left("abcdef", 4));
    assertEquals("ab… ", Text.left("ab cdef", 4));
    assertEquals(" ab…", Text.right("ab cdef", 4));
    assertEquals("a b", Text.cut("a\nb", 3));
  }

  @Test
  public void linesBreakBetweenWords() {
    assertEquals(List.of("one two", "three"), Text.wrap(" one two three ", 9));
    assertEquals(List.of("abcdef", "gh ij"), Text.wrap("abcdefgh ij", 6));
    assertEquals(List.of(""), Text.wrap("", 5));
  }

  @Test
  @Repeat(iterations = 20)
  public void nothingIsLost() {
    StringBuilder text = new StringBuilder();
    for (int i = randomIntBetween(1, 50); i > 0; i--) {
      text.append(randomAsciiLettersOfLengthBetween(1, 12)).append(' ');
    }
    int width = randomIntBetween(1, 30);
    List<String> lines = Text.wrap(text.toString(), width);
    for (String line : lines) {
      assertTrue(line.length() <= width);
    }
    assertEquals(text.toString().replace(" ", ""), String.join("", lines).replace(" ", ""));
  }
}
