package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the wanted members of a JSON object in one pass that checks all of it, and makes nothing of
 * the rest. It leaves to others what is out of the ordinary: everything that {@link StrictJson}
 * refuses, escapes in keys, very long keys and numbers, two keys of equal hash.
 */
final class JsonScanner {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private static final int MAX_KEY_LENGTH = 1_000;

  /** Of so many digits that no overflow is possible without an exponent. */
  private static final int MAX_NUMBER_LENGTH = 100;

  /** So many digits always fit a long. */
  private static final int MAX_LONG_DIGITS = 18;

  /** Keys of one object that are compared one by one; of more the hashes are sorted. */
  private static final int FEW_KEYS = 64;

  private static final class Unusual extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Unusual() {
      super("left to others", null, false, false);
    }
  }

  private final byte[] bytes;
  private final int to;
  private int at;
  private int values;
  private int depth;

  /** Of the keys of all open objects, the innermost last. */
  private long[] hashes = new long[FEW_KEYS];

  private int hashCount;

  private int keyFrom;
  private int keyTo;
  private boolean escaped;
  private boolean ascii;

  private JsonScanner(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
  }

  /** A reader of what is wanted. */
  static PayloadReader of(Projection wanted) {
    return (bytes, from, to) -> new JsonScanner(bytes, from, to).payload(wanted);
  }

  private @Nullable ObjectNode payload(Projection wanted) {
    try {
      if (next() != '{') {
        return null;
      }
      values++;
      at++;
      ObjectNode object = object(wanted);
      while (at < to) {
        if (!JsonSlices.isSpace(bytes[at++])) {
          return null;
        }
      }
      return object;
    } catch (Unusual e) {
      return null;
    }
  }

  /** The next byte that is no white space, which then is the current one. */
  private byte next() {
    while (at < to) {
      byte b = bytes[at];
      if (b > ' ' || !JsonSlices.isSpace(b)) {
        return b;
      }
      at++;
    }
    throw new Unusual();
  }

  /** A value; null where nothing of it is wanted. */
  private @Nullable JsonNode value(@Nullable Projection wanted) {
    byte first = next();
    if (++values > Limits.MAX_VALUES) {
      throw new Unusual();
    }
    boolean whole = wanted != null && wanted.isWhole();
    switch (first) {
      case '"' -> {
        int from = ++at;
        skipText();
        return whole ? text(from, at - 1) : null;
      }
      case '{' -> {
        at++;
        if (wanted != null) {
          return object(wanted);
        }
        skipObject();
        return null;
      }
      case '[' -> {
        at++;
        return array(wanted);
      }
      case 't' -> {
        literal('t', 'r', 'u', 'e');
        return whole ? NODES.booleanNode(true) : null;
      }
      case 'f' -> {
        at++;
        literal('a', 'l', 's', 'e');
        return whole ? NODES.booleanNode(false) : null;
      }
      case 'n' -> {
        literal('n', 'u', 'l', 'l');
        return whole ? NODES.nullNode() : null;
      }
      default -> {
        return number(whole);
      }
    }
  }

  private ObjectNode object(Projection wanted) {
    enter();
    ObjectNode object = NODES.objectNode();
    int firstHash = hashCount;
    long seen = 0;
    if (next() == '}') {
      return left(object);
    }
    while (true) {
      long hash = key();
      int from = keyFrom;
      int end = keyTo;
      seen = distinct(hash, firstHash, seen);
      if (wanted.isWhole()) {
        String name = new String(bytes, from, end - from, StandardCharsets.UTF_8);
        object.set(name, value(wanted));
      } else {
        int found = wanted.find(hash, bytes, from, end);
        JsonNode value = value(found < 0 ? null : wanted.member(found));
        if (value != null) {
          object.set(wanted.name(found), value);
        }
      }
      if (isLast('}')) {
        forget(firstHash);
        return left(object);
      }
    }
  }

  private void skipObject() {
    enter();
    int firstHash = hashCount;
    long seen = 0;
    if (next() != '}') {
      do {
        seen = distinct(key(), firstHash, seen);
        value(null);
      } while (!isLast('}'));
    }
    forget(firstHash);
    leave();
  }

  private @Nullable ArrayNode array(@Nullable Projection wanted) {
    enter();
    ArrayNode array = wanted == null ? null : NODES.arrayNode();
    if (next() != ']') {
      do {
        JsonNode value = value(wanted);
        if (array != null && value != null) {
          array.add(value);
        }
      } while (!isLast(']'));
    }
    leave();
    return array;
  }

  private void enter() {
    if (++depth > Limits.MAX_DEPTH) {
      throw new Unusual();
    }
  }

  /** Passes the closing bracket. */
  private void leave() {
    depth--;
    at++;
  }

  private ObjectNode left(ObjectNode object) {
    leave();
    return object;
  }

  /** False where a comma was passed. */
  private boolean isLast(char close) {
    byte b = next();
    if (b == ',') {
      at++;
      return false;
    }
    if (b != close) {
      throw new Unusual();
    }
    return true;
  }

  /** Reads the key that begins here, with its colon; returns its hash. */
  private long key() {
    if (next() != '"') {
      throw new Unusual();
    }
    int from = ++at;
    long hash = KeyHash.START;
    int i = from;
    while (i + Long.BYTES <= to) {
      long word = (long) WORDS.get(bytes, i);
      long special = special(word);
      if (special == 0) {
        hash = KeyHash.with(hash, word);
        i += Long.BYTES;
        continue;
      }
      int bits = Long.numberOfTrailingZeros(special) & ~7;
      int end = i + (bits >>> 3);
      if (bytes[end] != '"') {
        break;
      }
      at = end + 1;
      hash = KeyHash.end(hash, word & ~(-1L << bits), end - from);
      return colon(from, end, hash);
    }
    skipText();
    if (escaped) {
      throw new Unusual();
    }
    int end = at - 1;
    return colon(from, end, KeyHash.of(bytes, from, end));
  }

  private long colon(int from, int end, long hash) {
    if (end - from > MAX_KEY_LENGTH || next() != ':') {
      throw new Unusual();
    }
    at++;
    keyFrom = from;
    keyTo = end;
    return hash;
  }

  /**
   * Remembers a key of the innermost object.
   *
   * @param seen one bit for each of the object's earlier keys, several of which may share it
   */
  private long distinct(long hash, int firstHash, long seen) {
    long bit = 1L << hash;
    if ((seen & bit) != 0 && hashCount - firstHash <= FEW_KEYS) {
      for (int i = firstHash; i < hashCount; i++) {
        if (hashes[i] == hash) {
          throw new Unusual();
        }
      }
    }
    if (hashCount == hashes.length) {
      hashes = Arrays.copyOf(hashes, hashCount * 2);
    }
    hashes[hashCount++] = hash;
    return seen | bit;
  }

  /** The keys of the innermost object, which ends. */
  private void forget(int firstHash) {
    if (hashCount - firstHash > FEW_KEYS) {
      Arrays.sort(hashes, firstHash, hashCount);
      for (int i = firstHash + 1; i < hashCount; i++) {
        if (hashes[i] == hashes[i - 1]) {
          throw new Unusual();
        }
      }
    }
    hashCount = firstHash;
  }

  /** The lowest bit that is set is in the first byte that is no plain ASCII of a text. */
  private static long special(long word) {
    long quote = word ^ (ONES * '"');
    long backslash = word ^ (ONES * '\\');
    return (word
            | ((quote - ONES) & ~quote)
            | ((backslash - ONES) & ~backslash)
            | ((word - ONES * ' ') & ~word))
        & HIGHS;
  }

  /** Passes a text and its closing quote. */
  private void skipText() {
    int from = at;
    int i = at;
    escaped = false;
    ascii = true;
    while (true) {
      if (i + Long.BYTES <= to) {
        long special = special((long) WORDS.get(bytes, i));
        if (special == 0) {
          i += Long.BYTES;
          continue;
        }
        i += Long.numberOfTrailingZeros(special) >>> 3;
      } else if (i >= to) {
        throw new Unusual();
      }
      byte b = bytes[i];
      if (b == '"') {
        break;
      }
      if (b == '\\') {
        escaped = true;
        i = skipEscape(i + 1);
      } else if (b < 0) {
        ascii = false;
        int length = Utf8.length(bytes, i, to);
        if (length < 0) {
          throw new Unusual();
        }
        i += length;
      } else if (b < ' ') {
        throw new Unusual();
      } else {
        i++;
      }
    }
    if (i - from > Limits.MAX_STRING_LENGTH) {
      throw new Unusual();
    }
    at = i + 1;
  }

  /** Of a surrogate pair both escapes. */
  private int skipEscape(int from) {
    if (from >= to) {
      throw new Unusual();
    }
    switch (bytes[from]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return from + 1;
      }
      case 'u' -> {
        char unit = hex(from + 1);
        int end = from + 5;
        if (!Character.isSurrogate(unit)) {
          return end;
        }
        if (Character.isHighSurrogate(unit)
            && end + 1 < to
            && bytes[end] == '\\'
            && bytes[end + 1] == 'u'
            && Character.isLowSurrogate(hex(end + 2))) {
          return end + 6;
        }
        throw new Unusual();
      }
      default -> throw new Unusual();
    }
  }

  private char hex(int from) {
    if (from + 4 > to) {
      throw new Unusual();
    }
    int unit = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = bytes[i] < 0 ? -1 : Character.digit(bytes[i], 16);
      if (digit < 0) {
        throw new Unusual();
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  /** The text that was passed last. */
  private JsonNode text(int from, int end) {
    String raw =
        new String(
            bytes, from, end - from, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    return TextNode.valueOf(escaped ? unescaped(raw) : raw);
  }

  private static String unescaped(String raw) {
    StringBuilder text = new StringBuilder(raw.length());
    int i = 0;
    while (i < raw.length()) {
      char c = raw.charAt(i++);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char kind = raw.charAt(i++);
      switch (kind) {
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'u' -> {
          text.append((char) Integer.parseInt(raw, i, i + 4, 16));
          i += 4;
        }
        default -> text.append(kind);
      }
    }
    return text.toString();
  }

  private void literal(char first, char second, char third, char fourth) {
    if (at + 4 > to
        || bytes[at] != first
        || bytes[at + 1] != second
        || bytes[at + 2] != third
        || bytes[at + 3] != fourth) {
      throw new Unusual();
    }
    at += 4;
  }

  private @Nullable JsonNode number(boolean wanted) {
    int from = at;
    int first = bytes[at] == '-' ? at + 1 : at;
    int i = digits(first);
    if (i - first > 1 && bytes[first] == '0') {
      throw new Unusual();
    }
    int integerEnd = i;
    if (i < to && bytes[i] == '.') {
      i = digits(i + 1);
    }
    if (i < to && (bytes[i] | 0x20) == 'e') {
      int sign = i + 1;
      boolean signed = sign < to && (bytes[sign] == '+' || bytes[sign] == '-');
      int exponent = signed ? sign + 1 : sign;
      i = digits(exponent);
      if (i - exponent > 2) {
        throw new Unusual();
      }
    }
    at = i;
    if (i - from > MAX_NUMBER_LENGTH) {
      throw new Unusual();
    }
    if (!wanted) {
      return null;
    }
    if (i > integerEnd) {
      return NODES.numberNode(
          Double.parseDouble(new String(bytes, from, i - from, StandardCharsets.ISO_8859_1)));
    }
    return integer(from, first, i);
  }

  private JsonNode integer(int from, int first, int end) {
    if (end - first > MAX_LONG_DIGITS) {
      throw new Unusual();
    }
    long number = 0;
    for (int i = first; i < end; i++) {
      number = number * 10 + (bytes[i] - '0');
    }
    if (first > from) {
      number = -number;
    }
    return number == (int) number ? NODES.numberNode((int) number) : NODES.numberNode(number);
  }

  /** The end of at least one digit. */
  private int digits(int from) {
    int i = from;
    while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    if (i == from) {
      throw new Unusual();
    }
    return i;
  }
}
