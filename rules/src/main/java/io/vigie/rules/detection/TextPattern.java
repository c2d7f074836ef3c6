package io.vigie.rules.detection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Sigma text with wildcards: {@code *} is any text, {@code ?} any one character, a backslash
 * before one of them or before a backslash makes it plain. Compares whole values.
 */
final class TextPattern {
  private static final char ANY = '\uFFFE';
  private static final char ONE = '\uFFFF';
  private static final char DASH = '\uFDD0';

  /** What Windows programs take for the beginning of an option, and what is taken for it. */
  private static final String DASHES = "-/\u2013\u2014\u2015";

  private static final Pattern OPTION_DASH = Pattern.compile("(?U)(?<!\\w)[" + DASHES + "](?=\\w)");

  /** 625 texts. */
  private static final int MAX_DASHES = 4;

  /** Where the written text must stand in the value. */
  enum Anchoring {
    WHOLE,
    CONTAINS,
    STARTS_WITH,
    ENDS_WITH;

    boolean holds(String value, String text) {
      return switch (this) {
        case WHOLE -> value.equals(text);
        case CONTAINS -> value.contains(text);
        case STARTS_WITH -> value.startsWith(text);
        case ENDS_WITH -> value.endsWith(text);
      };
    }
  }

  private final List<String> pieces;
  private final boolean cased;

  private TextPattern(List<String> pieces, boolean cased) {
    this.pieces = pieces;
    this.cased = cased;
  }

  static TextPattern of(String written, Anchoring anchoring, boolean cased) {
    return of(written, anchoring, cased, UnaryOperator.identity());
  }

  /**
   * A pattern whose plain texts stand otherwise in the value.
   *
   * @param encoding of one character
   */
  static TextPattern of(
      String written, Anchoring anchoring, boolean cased, UnaryOperator<String> encoding) {
    StringBuilder pattern = new StringBuilder();
    if (anchoring == Anchoring.CONTAINS || anchoring == Anchoring.ENDS_WITH) {
      pattern.append(ANY);
    }
    parse(written)
        .chars()
        .forEach(
            c ->
                pattern.append(
                    c == ANY || c == ONE
                        ? String.valueOf((char) c)
                        : encoding.apply(String.valueOf((char) c))));
    if (anchoring == Anchoring.CONTAINS || anchoring == Anchoring.STARTS_WITH) {
      pattern.append(ANY);
    }
    return new TextPattern(split(pattern, cased), cased);
  }

  /** The text without its escapes, and with marks for its wildcards. */
  private static String parse(String written) {
    StringBuilder pattern = new StringBuilder(written.length());
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (c == '\\' && i + 1 < written.length() && "*?\\".indexOf(written.charAt(i + 1)) >= 0) {
        pattern.append(written.charAt(++i));
      } else if (c == '*' || c == '?') {
        pattern.append(c == '*' ? ANY : ONE);
      } else {
        pattern.append(c);
      }
    }
    return pattern.toString();
  }

  /** What a written text says where it has no wildcards. */
  static Optional<String> plain(String written) {
    return Optional.of(parse(written))
        .filter(text -> text.indexOf(ANY) < 0 && text.indexOf(ONE) < 0);
  }

  /** A regular expression for the same texts. */
  static String regex(String written) {
    StringBuilder regex = new StringBuilder();
    parse(written)
        .chars()
        .forEach(
            c ->
                regex.append(
                    c == ANY
                        ? ".*"
                        : c == ONE
                            ? "."
                            : com.google.re2j.Pattern.quote(String.valueOf((char) c))));
    return regex.toString();
  }

  /** A written text in which the dash before an option stands for every dash. */
  static String anyDash(String written) {
    return OPTION_DASH.matcher(written).replaceAll(String.valueOf(DASH));
  }

  /** The written text with each dash before each option; none where there are too many. */
  static List<String> eachDash(String written) {
    List<String> texts = List.of(anyDash(written));
    if (texts.get(0).chars().filter(c -> c == DASH).count() > MAX_DASHES) {
      return List.of();
    }
    while (texts.get(0).indexOf(DASH) >= 0) {
      texts =
          texts.stream()
              .flatMap(
                  text ->
                      DASHES
                          .chars()
                          .mapToObj(
                              dash -> text.replaceFirst("" + DASH, String.valueOf((char) dash))))
              .toList();
    }
    return texts;
  }

  /** The literal texts between any-text wildcards; the first and the last are anchored. */
  private static List<String> split(CharSequence pattern, boolean cased) {
    List<String> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == ANY) {
        pieces.add(piece.toString());
        piece.setLength(0);
      } else {
        piece.append(c);
      }
    }
    pieces.add(piece.toString());
    return cased ? pieces : pieces.stream().map(CaseFolding::fold).toList();
  }

  boolean isCased() {
    return cased;
  }

  /** True when only one value, up to case, can match; {@link #literal()} is that value. */
  boolean isLiteral() {
    return pieces.size() == 1 && isPlain(literal());
  }

  /** The pattern's text; without regard to case unless the pattern is cased. */
  String literal() {
    return pieces.get(0);
  }

  /**
   * The texts between any-text wildcards; the first and the last stand at the ends of the value. In
   * each a {@link #isWild wild} character is one of several.
   */
  List<String> pieces() {
    return pieces;
  }

  static boolean isWild(char c) {
    return c == ONE || c == DASH;
  }

  /** The longest text between wildcards, all of which a value must have. */
  String longestPiece() {
    return pieces.stream()
        .flatMap(piece -> Arrays.stream(piece.split("[" + ONE + DASH + "]")))
        .max(Comparator.comparingInt(String::length))
        .orElse("");
  }

  /** As an author would write it, folded unless it is cased. */
  @Override
  public String toString() {
    return pieces.stream()
        .map(piece -> piece.replaceAll("[*?]", "\\\\$0"))
        .map(piece -> piece.replace(ONE, '?').replace(DASH, '-'))
        .collect(Collectors.joining("*"));
  }

  boolean matchesAny(FieldValues values) {
    for (String value : cased ? values.texts() : values.folded()) {
      if (matches(value)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the value matches; it must be folded unless the pattern is cased. */
  private boolean matches(String value) {
    String first = pieces.get(0);
    if (pieces.size() == 1) {
      return value.length() == first.length() && standsAt(first, value, 0);
    }
    String last = pieces.get(pieces.size() - 1);
    int end = value.length() - last.length();
    if (end < first.length() || !standsAt(first, value, 0) || !standsAt(last, value, end)) {
      return false;
    }
    int from = first.length();
    for (int i = 1; i < pieces.size() - 1; i++) {
      int found = find(pieces.get(i), value, from, end);
      if (found < 0) {
        return false;
      }
      from = found + pieces.get(i).length();
    }
    return true;
  }

  private static int find(String piece, String value, int from, int end) {
    if (isPlain(piece)) {
      int found = value.indexOf(piece, from);
      return found >= 0 && found + piece.length() <= end ? found : -1;
    }
    for (int at = from; at + piece.length() <= end; at++) {
      if (standsAt(piece, value, at)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean standsAt(String piece, String value, int at) {
    if (isPlain(piece)) {
      return value.startsWith(piece, at);
    }
    for (int i = 0; i < piece.length(); i++) {
      if (!accepts(piece.charAt(i), value.charAt(at + i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean accepts(char pattern, char value) {
    return pattern == value || pattern == ONE || (pattern == DASH && DASHES.indexOf(value) >= 0);
  }

  private static boolean isPlain(String piece) {
    return piece.indexOf(ONE) < 0 && piece.indexOf(DASH) < 0;
  }
}
