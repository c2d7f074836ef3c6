package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.ingest.Projection.Member;
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

  /**
   * Of each open object the hashes of its keys so far, the innermost last. Before them stand, of
   * the object or array around, where its hashes begin, and its {@code seen}.
   */
  private long[] hashes = new long[FEW_KEYS];

  private int top;

  /** Where the hashes of the innermost object begin. */
  private int first;

  /** One bit for each hash of the innermost object; several may share it. */
  private long seen;

  /** Whether the last texts were plain ASCII without escapes. */
  private boolean plain;

  private JsonScanner(byte[] bytes, int to) {
    this.bytes = bytes;
    this.to = to;
  }

  /** A reader of what is wanted. */
  static PayloadReader of(Projection wanted) {
    return (bytes, from, to) -> {
      try {
        return new JsonScanner(bytes, to).read(from, wanted);
      } catch (Unusual e) {
        return null;
      }
    };
  }

  /** An open object or array of which something is wanted. */
  private final class Open {
    private final @Nullable Open around;
    private final int depth;
    private final Projection wanted;
    private final @Nullable Member member;
    private final int from;
    private final @Nullable PartialObject object;
    private final @Nullable ArrayNode array;

    /**
     * @param member what it is of the object around
     */
    Open(@Nullable Open around, int depth, Projection wanted, @Nullable Member member, int from) {
      this.around = around;
      this.depth = depth;
      this.wanted = wanted;
      this.member = member;
      this.from = from;
      boolean isObject = bytes[from] == '{';
      boolean inParts = wanted.size() > 0 || !wanted.isWhole();
      this.object = isObject ? new PartialObject(wanted) : null;
      this.array = !isObject && inParts ? NODES.arrayNode() : null;
    }

    void add(@Nullable Member of, JsonNode value) {
      if (object != null && of != null) {
        object.set(of, value);
      } else if (array != null) {
        array.add(value);
      }
    }

    ContainerNode<?> close(int end) {
      if (array != null) {
        return array;
      }
      Slice whole = new Slice(bytes, from, end);
      return object == null
          ? new ArrayNode(NODES, new PartialArray(whole))
          : object.node(wanted.isWhole() ? whole : null);
    }
  }

  private ObjectNode read(int from, Projection root) {
    int at = space(from);
    if (bytes[at] != '{') {
      throw new Unusual();
    }
    Open open = new Open(null, 1, root, null, at);
    int depth = 1;
    int values = 1;
    long objects = 1;
    boolean inObject = true;
    enter();
    at = space(at + 1);
    boolean ended = bytes[at] == '}';
    while (true) {
      // Here stands a key, an element, or the end of the innermost object or array.
      if (ended) {
        at++;
        leave();
        if (open.depth == depth) {
          ContainerNode<?> node = open.close(at);
          if (open.around == null) {
            expectEnd(at);
            return (ObjectNode) node;
          }
          open.around.add(open.member, node);
          open = open.around;
        }
        depth--;
        objects >>>= 1;
        inObject = (objects & 1) != 0;
      } else {
        Projection wanted = null;
        Member member = null;
        if (inObject) {
          if (bytes[at] != '"') {
            throw new Unusual();
          }
          int key = at + 1;
          long hash = key(key);
          at = keyEnd;
          remember(hash);
          if (open.depth == depth) {
            member = open.wanted.find(hash, bytes, key, at);
            wanted = member == null ? null : member.projection();
          }
          at = space(at + 1);
          if (bytes[at] != ':') {
            throw new Unusual();
          }
          at = space(at + 1);
        } else if (open.depth == depth && open.array != null) {
          wanted = open.wanted;
        }
        if (++values > Limits.MAX_VALUES) {
          throw new Unusual();
        }
        byte b = bytes[at];
        if (b == '{' || b == '[') {
          if (++depth > Limits.MAX_DEPTH) {
            throw new Unusual();
          }
          inObject = b == '{';
          objects = objects << 1 | (inObject ? 1 : 0);
          enter();
          if (wanted != null) {
            open = new Open(open, depth, wanted, member, at);
          }
          at = space(at + 1);
          ended = bytes[at] == (inObject ? '}' : ']');
          continue;
        }
        plain = true;
        int end = scalar(at);
        if (wanted != null && wanted.isWhole()) {
          open.add(member, node(at, end));
        }
        at = end;
      }
      at = space(at);
      byte b = bytes[at];
      ended = b != ',';
      if (!ended) {
        at = space(at + 1);
      } else if (b != (inObject ? '}' : ']')) {
        throw new Unusual();
      }
    }
  }

  private void expectEnd(int end) {
    for (int at = end; at < to; at++) {
      if (!JsonSlices.isSpace(bytes[at])) {
        throw new Unusual();
      }
    }
  }

  /** The first position from here on that is no white space. */
  private int space(int from) {
    for (int at = from; at < to; at++) {
      byte b = bytes[at];
      if (b > ' ' || !JsonSlices.isSpace(b)) {
        return at;
      }
    }
    throw new Unusual();
  }

  private int keyEnd;

  /** The hash of a key; where it ends is {@link #keyEnd}. */
  private long key(int from) {
    long hash = KeyHash.START;
    for (int at = from; at + Long.BYTES <= to; at += Long.BYTES) {
      long word = (long) WORDS.get(bytes, at);
      long special = special(word);
      if (special == 0) {
        hash = KeyHash.with(hash, word);
        continue;
      }
      int bits = Long.numberOfTrailingZeros(special) & ~7;
      int end = at + (bits >>> 3);
      if (bytes[end] != '"' || end - from > MAX_KEY_LENGTH) {
        break;
      }
      keyEnd = end;
      return KeyHash.end(hash, word & ~(-1L << bits), end - from);
    }
    plain = true;
    int end = text(from);
    if (end - from > MAX_KEY_LENGTH || (!plain && hasEscape(from, end))) {
      throw new Unusual();
    }
    keyEnd = end;
    return KeyHash.of(bytes, from, end);
  }

  private boolean hasEscape(int from, int end) {
    for (int at = from; at < end; at++) {
      if (bytes[at] == '\\') {
        return true;
      }
    }
    return false;
  }

  private void enter() {
    if (top + 2 > hashes.length) {
      hashes = Arrays.copyOf(hashes, hashes.length * 2);
    }
    hashes[top++] = seen;
    hashes[top++] = first;
    seen = 0;
    first = top;
  }

  /** A key of the innermost object. */
  private void remember(long hash) {
    long bit = 1L << hash;
    if ((seen & bit) != 0 && top - first <= FEW_KEYS) {
      for (int i = first; i < top; i++) {
        if (hashes[i] == hash) {
          throw new Unusual();
        }
      }
    }
    seen |= bit;
    if (top == hashes.length) {
      hashes = Arrays.copyOf(hashes, top * 2);
    }
    hashes[top++] = hash;
  }

  private void leave() {
    if (top - first > FEW_KEYS) {
      Arrays.sort(hashes, first, top);
      for (int i = first + 1; i < top; i++) {
        if (hashes[i] == hashes[i - 1]) {
          throw new Unusual();
        }
      }
    }
    top = first;
    first = (int) hashes[--top];
    seen = hashes[--top];
  }

  /** The end of a text, number, boolean or null. */
  private int scalar(int from) {
    switch (bytes[from]) {
      case '"' -> {
        return text(from + 1) + 1;
      }
      case 't' -> {
        return literal(from, 't', 'r', 'u', 'e');
      }
      case 'f' -> {
        return literal(from + 1, 'a', 'l', 's', 'e');
      }
      case 'n' -> {
        return literal(from, 'n', 'u', 'l', 'l');
      }
      default -> {
        return number(from);
      }
    }
  }

  private JsonNode node(int from, int end) {
    return switch (bytes[from]) {
      case '"' -> NODES.textNode(string(from + 1, end - 1));
      case 't' -> NODES.booleanNode(true);
      case 'f' -> NODES.booleanNode(false);
      case 'n' -> NODES.nullNode();
      default -> number(from, end);
    };
  }

  private int literal(int from, char first, char second, char third, char fourth) {
    if (from + 4 > to
        || bytes[from] != first
        || bytes[from + 1] != second
        || bytes[from + 2] != third
        || bytes[from + 3] != fourth) {
      throw new Unusual();
    }
    return from + 4;
  }

  /**
   * The lowest bit that is set is in the first byte that is no plain ASCII of a text. What a borrow
   * sets wrongly is in bytes behind it.
   */
  private static long special(long word) {
    return (word
            | ((word ^ (ONES * '"')) - ONES)
            | ((word ^ (ONES * '\\')) - ONES)
            | (word - ONES * ' '))
        & HIGHS;
  }

  /** Where the closing quote of a text stands. */
  private int text(int from) {
    int at = from;
    while (true) {
      if (at + Long.BYTES <= to) {
        long special = special((long) WORDS.get(bytes, at));
        if (special == 0) {
          at += Long.BYTES;
          continue;
        }
        at += Long.numberOfTrailingZeros(special) >>> 3;
      } else if (at >= to) {
        throw new Unusual();
      }
      byte b = bytes[at];
      if (b == '"') {
        break;
      }
      if (b > ' ' && b != '\\') {
        at++;
      } else {
        at = notPlain(at);
      }
    }
    if (at - from > Limits.MAX_STRING_LENGTH) {
      throw new Unusual();
    }
    return at;
  }

  private int notPlain(int at) {
    byte b = bytes[at];
    if (b == ' ') {
      return at + 1;
    }
    plain = false;
    if (b == '\\') {
      return escape(at + 1);
    }
    int length = b < 0 ? Utf8.length(bytes, at, to) : -1;
    if (length < 0) {
      throw new Unusual();
    }
    return at + length;
  }

  /** The end of an escape, or of both of a surrogate pair. */
  private int escape(int from) {
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

  private String string(int from, int end) {
    if (plain) {
      return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
    }
    String raw = new String(bytes, from, end - from, StandardCharsets.UTF_8);
    return hasEscape(from, end) ? unescaped(raw) : raw;
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

  private int number(int from) {
    int first = bytes[from] == '-' ? from + 1 : from;
    int at = digits(first);
    if (at - first > 1 && bytes[first] == '0') {
      throw new Unusual();
    }
    if (at < to && bytes[at] == '.') {
      at = digits(at + 1);
    }
    if (at < to && (bytes[at] | 0x20) == 'e') {
      int sign = at + 1;
      boolean signed = sign < to && (bytes[sign] == '+' || bytes[sign] == '-');
      int exponent = signed ? sign + 1 : sign;
      at = digits(exponent);
      if (at - exponent > 2) {
        throw new Unusual();
      }
    }
    if (at - from > MAX_NUMBER_LENGTH) {
      throw new Unusual();
    }
    return at;
  }

  /** The end of at least one digit. */
  private int digits(int from) {
    int at = from;
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    if (at == from) {
      throw new Unusual();
    }
    return at;
  }

  private JsonNode number(int from, int end) {
    int first = bytes[from] == '-' ? from + 1 : from;
    if (digits(first) < end) {
      return NODES.numberNode(
          Double.parseDouble(new String(bytes, from, end - from, StandardCharsets.ISO_8859_1)));
    }
    if (end - first > MAX_LONG_DIGITS) {
      throw new Unusual();
    }
    long number = 0;
    for (int at = first; at < end; at++) {
      number = number * 10 + (bytes[at] - '0');
    }
    if (first > from) {
      number = -number;
    }
    return number == (int) number ? NODES.numberNode((int) number) : NODES.numberNode(number);
  }
}
