package io.vigie.ingest;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a line: what stands between spaces and tabs, where {@code "a b"} and {@code [a b]}
 * are one word without their marks. In quotes {@code \"} and {@code \\} stand for the second
 * character; any other escape, such as {@code \x22}, stays as it is written.
 *
 * @param texts no more than were asked for
 * @param rest what stands after them; empty if nothing does
 * @param isBroken whether a quote is not closed
 */
record Words(List<String> texts, String rest, boolean isBroken) {

  static Words of(String line, int most) {
    List<String> texts = new ArrayList<>(Math.min(most, 64));
    int at = skipSpace(line, 0);
    boolean broken = false;
    while (at < line.length() && texts.size() < most) {
      char first = line.charAt(at);
      int close = first == '"' ? closingQuote(line, at) : first == '[' ? bracket(line, at) : -1;
      if (close > 0) {
        String inner = line.substring(at + 1, close);
        texts.add(first == '"' ? unescaped(inner) : inner);
        at = close + 1;
      } else {
        broken |= first == '"';
        int end = at;
        while (end < line.length() && !isSpace(line, end)) {
          end++;
        }
        texts.add(line.substring(at, end));
        at = end;
      }
      at = skipSpace(line, at);
    }
    return new Words(texts, line.substring(at).stripTrailing(), broken);
  }

  /** A quote inside a word is not always escaped: the one that closes has a space behind it. */
  private static int closingQuote(String line, int open) {
    for (int at = open + 1; at < line.length(); at++) {
      if (line.charAt(at) == '\\') {
        at++;
      } else if (line.charAt(at) == '"' && isSpace(line, at + 1)) {
        return at;
      }
    }
    return -1;
  }

  private static int bracket(String line, int open) {
    int close = line.indexOf(']', open);
    return close > 0 && isSpace(line, close + 1) ? close : -1;
  }

  private static String unescaped(String quoted) {
    if (quoted.indexOf('\\') < 0) {
      return quoted;
    }
    StringBuilder text = new StringBuilder(quoted.length());
    for (int at = 0; at < quoted.length(); at++) {
      char character = quoted.charAt(at);
      if (character == '\\' && at + 1 < quoted.length()) {
        char next = quoted.charAt(++at);
        if (next != '"' && next != '\\') {
          text.append(character);
        }
        text.append(next);
      } else {
        text.append(character);
      }
    }
    return text.toString();
  }

  private static int skipSpace(String line, int from) {
    int at = from;
    while (at < line.length() && isSpace(line, at)) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(String line, int at) {
    return at >= line.length() || line.charAt(at) == ' ' || line.charAt(at) == '\t';
  }
}
