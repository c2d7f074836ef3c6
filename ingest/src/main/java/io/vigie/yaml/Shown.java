package io.vigie.yaml;

/** Texts of others as a screen or a log may show them. */
public final class Shown {
  private Shown() {}

  /**
   * The text with escapes for what would move the cursor, end the line, turn the direction of
   * writing or be invisible; so that nobody writes a message of ours.
   */
  public static String text(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    shown.append(String.format("\\u%04x", c));
                default -> shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }
}
