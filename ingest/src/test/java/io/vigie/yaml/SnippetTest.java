package io.vigie.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SnippetTest {

  private static List<String> of(String line, int column) {
    return Snippet.of(List.of(line), new Place(1, column));
  }

  @Test
  void theMarkStandsUnderTheColumn() {
    assertThat(of("  level: severe", 3)).containsExactly("  level: severe", "  ^");
  }

  @Test
  void aColumnBehindTheLineIsMarkedThere() {
    assertThat(of("ab", 3)).containsExactly("ab", "  ^");
    assertThat(of("", 1)).containsExactly("", "^");
  }

  @Test
  void tabsReachTheNextStop() {
    assertThat(of("\ta:\tb", 4)).containsExactly("    a:  b", "      ^");
    assertThat(of("\ta:\tb", 5)).containsExactly("    a:  b", "        ^");
  }

  @Test
  void wideCharactersTakeTwoColumnsAndCombiningOnesNone() {
    assertThat(of("\u65E5\u672C: x", 5)).containsExactly("\u65E5\u672C: x", "      ^");
    assertThat(of("e\u0301: x", 5)).containsExactly("e\u0301: x", "   ^");
    assertThat(of("\uD83D\uDE00: x", 4)).containsExactly("\uD83D\uDE00: x", "    ^");
  }

  @Test
  void ofALongLineWhatIsAroundTheMarkIsShown() {
    String line = "a".repeat(200) + "X" + "b".repeat(200);

    List<String> snippet = of(line, 201);

    assertThat(snippet.get(0))
        .isEqualTo("\u2026" + "a".repeat(33) + "X" + "b".repeat(66) + "\u2026");
    assertThat(snippet.get(1)).isEqualTo(" ".repeat(34) + "^");
  }

  @Test
  void theStartOfALongLineIsNotCut() {
    assertThat(of("X" + "b".repeat(200), 1)).containsExactly("X" + "b".repeat(99) + "\u2026", "^");
  }

  @Test
  void whatWouldMoveTheCursorOrTurnTheTextIsReplaced() {
    assertThat(of("a\u001B[2J\u202Eb", 7)).containsExactly("a\uFFFD[2J\uFFFDb", "      ^");
  }

  @Test
  void aPlaceBehindTheFileHasNoSnippet() {
    assertThat(Snippet.of(List.of("a"), new Place(2, 1))).isEmpty();
  }
}
