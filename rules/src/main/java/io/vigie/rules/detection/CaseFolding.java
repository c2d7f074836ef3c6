package io.vigie.rules.detection;

import java.util.Locale;

/** Makes texts comparable without regard to case, as Unicode folds case. */
public final class CaseFolding {
  private CaseFolding() {}

  public static String fold(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return foldUnicode(text);
      }
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** Letter by letter, so that a part of a text folds as it does inside the text. */
  private static String foldUnicode(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    text.toUpperCase(Locale.ROOT)
        .codePoints()
        .forEach(letter -> folded.appendCodePoint(Character.toLowerCase(letter)));
    return folded.toString();
  }
}
