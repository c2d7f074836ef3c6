package io.vigie.ingest;

/**
 * Checks UTF-8 as RFC 3629 defines it. JSON parsers are laxer: they take overlong forms, so that
 * one character has several spellings and a rule misses some.
 */
final class Utf8 {
  static final int PLAIN = 0;

  /** Well-formed, and holds {@code \}{@code ud}: perhaps the escape of a surrogate. */
  static final int HAS_SURROGATE_ESCAPE = 1;

  /** Well-formed, and holds a NUL, which would make a parser guess at UTF-16. */
  static final int HAS_NUL = 2;

  static final int MALFORMED = 3;

  private Utf8() {}

  static int check(byte[] bytes, int from, int to) {
    int found = PLAIN;
    int i = from;
    while (i < to) {
      int b = bytes[i++];
      if (b > 0) {
        if (b == '\\' && i + 1 < to && bytes[i] == 'u' && (bytes[i + 1] | 0x20) == 'd') {
          found = Math.max(found, HAS_SURROGATE_ESCAPE);
        }
        continue;
      }
      if (b == 0) {
        found = HAS_NUL;
        continue;
      }
      int length = length(bytes, i - 1, to);
      if (length < 0) {
        return MALFORMED;
      }
      i += length - 1;
    }
    return found;
  }

  /** Of the sequence for a character beyond ASCII that begins here; -1 if there is none. */
  static int length(byte[] bytes, int from, int to) {
    int lead = bytes[from] & 0xFF;
    int more = lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : -1;
    if (more < 0 || from + more >= to) {
      return -1;
    }
    int second = bytes[from + 1] & 0xFF;
    int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > most) {
      return -1;
    }
    for (int i = from + 2; i <= from + more; i++) {
      if ((bytes[i] & 0xC0) != 0x80) {
        return -1;
      }
    }
    return more + 1;
  }
}
