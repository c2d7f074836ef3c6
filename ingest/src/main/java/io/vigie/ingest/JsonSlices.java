package io.vigie.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the values of a JSON text begin and end, by its brackets and quotes alone. So an
 * envelope is opened in constant memory, and what is wrong inside one element stays inside it.
 */
final class JsonSlices {
  /** The end of a value that is cut off or whose brackets do not close. */
  static final int BROKEN = -1;

  private final byte[] bytes;
  private final int to;

  JsonSlices(byte[] bytes, int to) {
    this.bytes = bytes;
    this.to = to;
  }

  /** The first position at or after {@code from} that is no white space; perhaps the end. */
  int skipSpace(int from) {
    int at = from;
    while (at < to && isSpace(bytes[at])) {
      at++;
    }
    return at;
  }

  boolean is(int at, char wanted) {
    return at >= 0 && at < to && bytes[at] == wanted;
  }

  /** The end of the value that begins at {@code from}, or {@link #BROKEN}. */
  int skipValue(int from) {
    return skip(from, 0);
  }

  /** The end of the object or array around {@code from}, or {@link #BROKEN}. */
  int skipToClose(int from) {
    return skip(from, 1);
  }

  private int skip(int from, int open) {
    int at = from;
    int depth = open;
    while (at < to) {
      switch (bytes[at]) {
        case '"' -> {
          at = skipString(at);
          if (at == BROKEN) {
            return BROKEN;
          }
          if (depth == 0) {
            return at;
          }
        }
        case '{', '[' -> {
          depth++;
          at++;
        }
        case '}', ']' -> {
          if (depth == 0) {
            return at > from ? at : BROKEN;
          }
          at++;
          if (--depth == 0) {
            return at;
          }
        }
        default -> {
          if (depth == 0 && (bytes[at] == ',' || bytes[at] == ':' || isSpace(bytes[at]))) {
            return at > from ? at : BROKEN;
          }
          at++;
        }
      }
    }
    return depth == 0 && at > from ? at : BROKEN;
  }

  private int skipString(int from) {
    for (int at = from + 1; at < to; at++) {
      if (bytes[at] == '\\') {
        at++;
      } else if (bytes[at] == '"') {
        return at + 1;
      }
    }
    return BROKEN;
  }

  /**
   * A member of an object.
   *
   * @param from where its value begins
   * @param end where its value ends, or {@link #BROKEN}
   * @param twice whether the key stands again after it
   */
  record Member(int from, int end, boolean twice) {}

  /** The member with this key of the object that begins at {@code object}; null if none. */
  @Nullable Member member(int object, String key) {
    byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
    Member found = null;
    int at = skipSpace(object + 1);
    while (is(at, '"')) {
      int keyEnd = skipString(at);
      int colon = keyEnd == BROKEN ? to : skipSpace(keyEnd);
      if (!is(colon, ':')) {
        return found;
      }
      int from = skipSpace(colon + 1);
      int end = skipValue(from);
      if (from < to && isKey(at + 1, keyEnd - 1, wanted, key)) {
        if (found != null) {
          return new Member(found.from, found.end, true);
        }
        found = new Member(from, end, false);
      }
      int comma = end == BROKEN ? to : skipSpace(end);
      if (!is(comma, ',')) {
        return found;
      }
      at = skipSpace(comma + 1);
    }
    return found;
  }

  private boolean isKey(int from, int end, byte[] wanted, String key) {
    for (int at = from; at < end; at++) {
      if (bytes[at] == '\\') {
        return unescaped(from, end).equals(key);
      }
    }
    return Arrays.equals(bytes, from, end, wanted, 0, wanted.length);
  }

  private String unescaped(int from, int end) {
    try {
      return StrictJson.MAPPER.readTree(bytes, from - 1, end - from + 2).asText();
    } catch (IOException e) {
      return "";
    }
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
