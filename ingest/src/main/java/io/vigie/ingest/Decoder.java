package io.vigie.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vigie.ingest.EnvelopeStep.ArrayAt;
import io.vigie.ingest.EnvelopeStep.Gzip;
import io.vigie.ingest.EnvelopeStep.ObjectAt;
import io.vigie.ingest.JsonSlices.Member;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Opens the envelope of raw records and reads the events in it. */
final class Decoder {
  private static final int MAX_ID_LENGTH = 256;

  private final String source;
  private final List<EnvelopeStep> envelope;
  private final List<byte[]> envelopeKeys;
  private final List<List<FieldPath>> required;
  private final EventTime time;
  private final @Nullable FieldPath id;

  /**
   * When an event happened.
   *
   * @param fields the first that is present counts
   * @param formats the first that reads it counts
   */
  record EventTime(List<FieldPath> fields, List<TimeFormat> formats) {
    @Nullable JsonNode value(JsonNode payload) {
      for (FieldPath field : fields) {
        List<JsonNode> values = field.read(payload);
        if (!values.isEmpty()) {
          return values.get(0);
        }
      }
      return null;
    }

    OptionalLong millis(JsonNode value) {
      for (TimeFormat format : formats) {
        OptionalLong millis = format.millis(value);
        if (millis.isPresent()) {
          return millis;
        }
      }
      return OptionalLong.empty();
    }

    void write(ObjectNode payload, long millis) {
      formats.stream()
          .flatMap(format -> format.write(millis).stream())
          .findFirst()
          .ifPresent(value -> fields.get(0).write(payload, value));
    }
  }

  /**
   * @param required of each inner list one field must be there
   */
  Decoder(
      String source,
      List<EnvelopeStep> envelope,
      List<List<FieldPath>> required,
      EventTime time,
      @Nullable FieldPath id) {
    this.source = source;
    this.envelope = envelope;
    this.envelopeKeys =
        envelope.stream()
            .map(Decoder::key)
            .filter(key -> !key.isEmpty())
            .map(key -> key.getBytes(StandardCharsets.UTF_8))
            .toList();
    this.required = required;
    this.time = time;
    this.id = id;
  }

  void decode(RawRecord record, Consumer<Decoded> out) {
    new Decoding(record, out).decode();
  }

  void complete(ObjectNode payload, long timestamp, String newId) {
    if (time.value(payload) == null) {
      time.write(payload, timestamp);
    }
    if (id != null && id.read(payload).isEmpty()) {
      id.write(payload, TextNode.valueOf(newId));
    }
  }

  OptionalLong timestamp(JsonNode payload) {
    JsonNode value = time.value(payload);
    return value == null ? OptionalLong.empty() : time.millis(value);
  }

  /** The source's own id, else a hash of source and payload that no key order changes. */
  String id(JsonNode payload) {
    List<JsonNode> own = id == null ? List.of() : id.read(payload);
    String text = own.size() == 1 && own.get(0).isValueNode() ? own.get(0).asText() : "";
    if (!text.isBlank() && text.length() <= MAX_ID_LENGTH) {
      return text;
    }
    MessageDigest digest = Digests.sha256();
    digest.update(source.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(canonical(payload).getBytes(StandardCharsets.UTF_8));
    return Digests.hex(digest);
  }

  private static String key(EnvelopeStep step) {
    if (step instanceof ArrayAt array) {
      return array.key();
    }
    return step instanceof ObjectAt object ? object.key() : "";
  }

  private static String canonical(JsonNode payload) {
    try {
      return StrictJson.MAPPER.writeValueAsString(sorted(payload));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree in memory can always be written", e);
    }
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isArray()) {
      var array = StrictJson.MAPPER.createArrayNode();
      node.forEach(element -> array.add(sorted(element)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    TreeMap<String, JsonNode> members = new TreeMap<>();
    node.properties().forEach(member -> members.put(member.getKey(), sorted(member.getValue())));
    ObjectNode object = StrictJson.MAPPER.createObjectNode();
    object.setAll(members);
    return object;
  }

  /** The decoding of one raw record. */
  private final class Decoding {
    private final RawRecord raw;
    private final Consumer<Decoded> out;
    private byte[] bytes;
    private int rejects;
    private boolean gaveUp;

    private Decoding(RawRecord raw, Consumer<Decoded> out) {
      this.raw = raw;
      this.out = out;
      this.bytes = raw.bytes();
    }

    private void decode() {
      if (raw.isTruncated() || bytes.length > Limits.MAX_RAW_BYTES) {
        rejectWhole(RejectReason.TOO_LARGE, "more than " + Limits.MAX_RAW_BYTES + " bytes");
        return;
      }
      if (isGzip(bytes) && envelope.contains(new Gzip()) && !inflate()) {
        return;
      }
      JsonSlices text = new JsonSlices(bytes, bytes.length);
      boolean mark =
          bytes.length > 2
              && bytes[0] == (byte) 0xEF
              && bytes[1] == (byte) 0xBB
              && bytes[2] == (byte) 0xBF;
      int from = text.skipSpace(mark ? 3 : 0);
      int to = bytes.length;
      while (to > from && JsonSlices.isSpace(bytes[to - 1])) {
        to--;
      }
      if (from == to) {
        rejectWhole(RejectReason.EMPTY, "nothing but white space");
        return;
      }
      open(from, to, 0);
    }

    /**
     * The usual case without a further envelope, read only once. False for everything else, and
     * whatever is wrong with it: that is for the rest of {@link #open}.
     */
    private boolean isPlainEvent(int from, int to, int depth) {
      if (to - from > Limits.MAX_EVENT_BYTES || bytes[from] != '{' || beginsWithEnvelope(from)) {
        return false;
      }
      JsonNode payload;
      try {
        payload = StrictJson.read(bytes, from, to);
      } catch (StrictJson.Unreadable e) {
        return false;
      }
      for (EnvelopeStep step : envelope.subList(depth, envelope.size())) {
        if (payload.path(key(step)).isContainerNode()) {
          return false;
        }
      }
      event(payload, from, to);
      return true;
    }

    /** Files are one large object that need not be parsed to see that it is an envelope. */
    private boolean beginsWithEnvelope(int object) {
      JsonSlices text = new JsonSlices(bytes, bytes.length);
      int quote = text.skipSpace(object + 1);
      for (byte[] key : envelopeKeys) {
        int from = quote + 1;
        int to = from + key.length;
        if (text.is(to, '"') && Arrays.equals(bytes, from, to, key, 0, key.length)) {
          return true;
        }
      }
      return false;
    }

    /** Applies the first step of the envelope from {@code depth} on that fits, else parses. */
    private void open(int from, int to, int depth) {
      if (isPlainEvent(from, to, depth)) {
        return;
      }
      JsonSlices text = new JsonSlices(bytes, to);
      for (int i = depth; i < envelope.size(); i++) {
        EnvelopeStep step = envelope.get(i);
        if (step instanceof ArrayAt array && array.key().isEmpty() && bytes[from] == '[') {
          expectEnd(text, elements(text, from, to, i + 1), to);
          return;
        }
        String key = key(step);
        Member member = key.isEmpty() || bytes[from] != '{' ? null : text.member(from, key);
        boolean isArray = step instanceof ArrayAt;
        if (member == null || bytes[member.from()] != (isArray ? '[' : '{')) {
          continue;
        }
        if (member.twice()) {
          reject(
              RejectReason.DUPLICATE_KEY,
              "the key '" + key + "' stands twice in one object",
              from,
              to);
          return;
        }
        int end;
        if (isArray) {
          end = elements(text, member.from(), to, i + 1);
        } else if (member.end() == JsonSlices.BROKEN) {
          end = ~from;
        } else {
          open(member.from(), member.end(), i + 1);
          end = member.end();
        }
        if (end >= 0) {
          int close = text.skipToClose(end);
          end = close == JsonSlices.BROKEN ? ~end : close;
        }
        expectEnd(text, end, to);
        return;
      }
      parse(from, to);
    }

    /**
     * Decodes each element of the array at {@code array}.
     *
     * @return the end of the array, or the complement of where it breaks
     */
    private int elements(JsonSlices text, int array, int to, int depth) {
      int at = text.skipSpace(array + 1);
      if (text.is(at, ']')) {
        return at + 1;
      }
      while (at < to) {
        if (rejects >= Limits.MAX_REJECTED_PARTS) {
          giveUp(at);
          return at;
        }
        int end = text.skipValue(at);
        int after = end == JsonSlices.BROKEN ? to : text.skipSpace(end);
        if (!text.is(after, ',') && !text.is(after, ']')) {
          return ~at;
        }
        open(at, end, depth);
        if (gaveUp) {
          return at;
        }
        if (text.is(after, ']')) {
          return after + 1;
        }
        at = text.skipSpace(after + 1);
      }
      return ~at;
    }

    /** One hostile record of millions of empty objects must not become millions of dead letters. */
    private void giveUp(int from) {
      reject(
          RejectReason.NOT_THIS_SOURCE,
          Limits.MAX_REJECTED_PARTS + " parts before this were rejected, the rest is not read",
          from,
          bytes.length);
      gaveUp = true;
    }

    /** What stands after the events, or breaks in the middle of them, belongs to the record too. */
    private void expectEnd(JsonSlices text, int end, int to) {
      if (gaveUp) {
        return;
      }
      int rest = end < 0 ? ~end : text.skipSpace(end);
      if (end < 0 || rest < to) {
        reject(RejectReason.NOT_JSON, "not JSON from byte " + (rest + 1) + " on", rest, to);
      }
    }

    private void parse(int from, int to) {
      int length = to - from;
      if (length > Limits.MAX_EVENT_BYTES) {
        reject(
            RejectReason.TOO_LARGE,
            "an event of " + length + " bytes, more than " + Limits.MAX_EVENT_BYTES,
            from,
            to);
        return;
      }
      try {
        event(StrictJson.read(bytes, from, to), from, to);
      } catch (StrictJson.Unreadable e) {
        reject(e.reason(), e.text(), from, to);
      }
    }

    private void event(JsonNode payload, int from, int to) {
      if (!payload.isObject()) {
        reject(RejectReason.NOT_THIS_SOURCE, "not a JSON object", from, to);
        return;
      }
      for (List<FieldPath> oneOf : required) {
        if (oneOf.stream().allMatch(field -> field.read(payload).isEmpty())) {
          String names = String.join(" or ", oneOf.stream().map(FieldPath::name).toList());
          reject(RejectReason.NOT_THIS_SOURCE, "has no " + names, from, to);
          return;
        }
      }
      JsonNode when = time.value(payload);
      String field = time.fields().get(0).name();
      if (when == null) {
        reject(RejectReason.NO_TIME, "has no " + field, from, to);
        return;
      }
      OptionalLong millis = time.millis(when);
      if (millis.isEmpty()) {
        reject(RejectReason.BAD_TIME, field + " is not a time in a known format", from, to);
        return;
      }
      out.accept(
          new Event(source, Decoder.this.id(payload), millis.getAsLong(), payload, raw.origin()));
    }

    private boolean inflate() {
      ByteArrayOutputStream inflated = new ByteArrayOutputStream(bytes.length * 4);
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 16)) {
        byte[] buffer = new byte[1 << 16];
        int count;
        while ((count = in.read(buffer)) >= 0) {
          if (inflated.size() + count > Limits.MAX_RAW_BYTES) {
            rejectWhole(
                RejectReason.TOO_LARGE, "inflates to more than " + Limits.MAX_RAW_BYTES + " bytes");
            return false;
          }
          if (inflated.size() + count > (long) bytes.length * Limits.MAX_GZIP_RATIO) {
            rejectWhole(
                RejectReason.GZIP_BOMB,
                "inflates to more than " + Limits.MAX_GZIP_RATIO + " times its size");
            return false;
          }
          inflated.write(buffer, 0, count);
        }
      } catch (IOException e) {
        rejectWhole(RejectReason.NOT_GZIP, "begins as gzip and cannot be inflated");
        return false;
      }
      bytes = inflated.toByteArray();
      return true;
    }

    private void rejectWhole(RejectReason reason, String message) {
      byte[] all = raw.bytes();
      if (raw.isTruncated()) {
        out.accept(
            new Reject(
                source,
                reason,
                message,
                raw.origin(),
                head(all, 0, all.length),
                raw.length(),
                raw.sha256()));
        return;
      }
      bytes = all;
      reject(reason, message, 0, all.length);
    }

    private void reject(RejectReason reason, String message, int from, int to) {
      rejects++;
      MessageDigest digest = Digests.sha256();
      digest.update(bytes, from, to - from);
      out.accept(
          new Reject(
              source,
              reason,
              message,
              raw.origin(),
              head(bytes, from, to),
              (long) to - from,
              Digests.hex(digest)));
    }

    private static byte[] head(byte[] bytes, int from, int to) {
      return Arrays.copyOfRange(bytes, from, Math.min(to, from + Limits.DEAD_LETTER_HEAD_BYTES));
    }
  }

  static boolean isGzip(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == (byte) 0x1F && bytes[1] == (byte) 0x8B;
  }
}
