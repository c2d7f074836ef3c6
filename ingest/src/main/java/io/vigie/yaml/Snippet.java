package io.vigie.yaml;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a file with a mark under one of its columns, as a fixed-width screen shows it: tabs
 * become spaces, wide characters take two columns, of a long line only what is around the mark is
 * there, and characters that would move the cursor or turn the text around are replaced.
 */
public final class Snippet {
  /** Columns of a line; wider lines are cut. */
  static final int MAX_WIDTH = 100;

  private static final int TAB_STOP = 4;
  private static final char CUT = '\u2026';
  private static final char REPLACED = '\uFFFD';

  private final List<String> cells = new ArrayList<>();
  private final List<Integer> widths = new ArrayList<>();
  private int mark;

  private Snippet() {}

  /**
   * The line and the mark below it.
   *
   * @param lines of the file
   * @return two lines; none where the file has no such line
   */
  public static List<String> of(List<String> lines, Place place) {
    if (place.line() > lines.size()) {
      return List.of();
    }
    Snippet snippet = new Snippet();
    snippet.read(lines.get(place.line() - 1), place.column() - 1);
    return snippet.drawn();
  }

  private void read(String line, int column) {
    int[] characters = line.codePoints().toArray();
    int at = 0;
    for (int i = 0; i < characters.length; i++) {
      if (i == column) {
        mark = cells.size();
      }
      int width = characters[i] == '\t' ? TAB_STOP - at % TAB_STOP : width(characters[i]);
      cells.add(characters[i] == '\t' ? " ".repeat(width) : shown(characters[i]));
      widths.add(width);
      at += width;
    }
    if (column >= characters.length) {
      mark = cells.size();
    }
  }

  private List<String> drawn() {
    int from = 0;
    int to = cells.size();
    if (width(0, to) > MAX_WIDTH) {
      from = mark;
      while (from > 0 && width(from - 1, mark) <= MAX_WIDTH / 3) {
        from--;
      }
      to = from;
      while (to < cells.size() && width(from, to + 1) <= MAX_WIDTH) {
        to++;
      }
    }
    String cut = from > 0 ? String.valueOf(CUT) : "";
    String line = cut + String.join("", cells.subList(from, to)) + (to < cells.size() ? CUT : "");
    return List.of(line.stripTrailing(), " ".repeat(cut.length() + width(from, mark)) + "^");
  }

  private int width(int from, int to) {
    return widths.subList(from, to).stream().mapToInt(Integer::intValue).sum();
  }

  private static String shown(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          String.valueOf(REPLACED);
      default -> Character.toString(character);
    };
  }

  /** Source of the ranges: Unicode's East Asian Width, those that are wide as a whole. */
  private static int width(int character) {
    int type = Character.getType(character);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        within(character, 0x1100, 0x115F)
            || within(character, 0x2E80, 0xA4CF)
            || within(character, 0xAC00, 0xD7A3)
            || within(character, 0xF900, 0xFAFF)
            || within(character, 0xFE30, 0xFE6F)
            || within(character, 0xFF00, 0xFF60)
            || within(character, 0xFFE0, 0xFFE6)
            || within(character, 0x1F300, 0x1F64F)
            || within(character, 0x1F680, 0x1F6FF)
            || within(character, 0x1F900, 0x1F9FF)
            || within(character, 0x20000, 0x3FFFD);
    return wide ? 2 : 1;
  }

  private static boolean within(int character, int from, int to) {
    return from <= character && character <= to;
  }
}
