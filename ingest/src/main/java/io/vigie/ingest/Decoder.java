package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.ingest.EnvelopeStep.ArrayAt;
import io.vigie.ingest.EnvelopeStep.Gzip;
import io.vigie.ingest.EnvelopeStep.Lines;
import io.vigie.ingest.EnvelopeStep.Nothing;
import io.vigie.ingest.EnvelopeStep.ObjectAt;
import io.vigie.ingest.EnvelopeStep.TextAt;
import io.vigie.ingest.JsonSlices.Member;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Opens the envelope of raw records and reads the events in it. */
final class Decoder {
  private final String source;
  private final List<EnvelopeStep> envelope;
  private final List<byte[]> envelopeKeys;
  private final @Nullable TextFormat format;
  private final List<List<FieldPath>> required;
  private final List<FieldPath> jsonTexts;
  private final EventTime time;
  private final EventId id;
  private final Set<String> names;
  private final PayloadReader reader;

  /**
   * One that reads every payload whole.
   *
   * @param format of events that are text; null where each is a JSON object
   * @param required of each inner list one field must be there
   * @param jsonTexts members that some deliver as JSON and some as a text that holds JSON
   */
  Decoder(
      List<EnvelopeStep> envelope,
      @Nullable TextFormat format,
      List<List<FieldPath>> required,
      List<FieldPath> jsonTexts,
      EventTime time,
      EventId id) {
    this.source = id.source();
    this.envelope = envelope;
    this.envelopeKeys =
        envelope.stream()
            .map(Decoder::key)
            .filter(key -> !key.isEmpty())
            .map(key -> key.getBytes(StandardCharsets.UTF_8))
            .toList();
    this.format = format;
    this.required = required;
    this.jsonTexts = jsonTexts;
    this.time = time;
    this.id = id;
    this.names = Set.of();
    this.reader = (bytes, from, to) -> null;
  }

  private Decoder(Decoder wide, Set<String> names, PayloadReader reader) {
    this.source = wide.source;
    this.envelope = wide.envelope;
    this.envelopeKeys = wide.envelopeKeys;
    this.format = wide.format;
    this.required = wide.required;
    this.jsonTexts = wide.jsonTexts;
    this.time = wide.time;
    this.id = wide.id;
    this.names = names;
    this.reader = reader;
  }

  /**
   * One that reads at once only what is named.
   *
   * @param fields need these paths and no others
   */
  Decoder focusedOn(Set<String> fields, Collection<FieldPath> paths) {
    List<FieldPath> wanted = new ArrayList<>(paths);
    required.forEach(wanted::addAll);
    wanted.addAll(time.paths());
    wanted.addAll(jsonTexts);
    id.own().paths().forEach(wanted::add);
    envelope.stream()
        .filter(Decoder::isOfText)
        .forEach(step -> wanted.add(new FieldPath(key(step))));
    Projection projection = Projection.of(wanted, envelope.stream().map(Decoder::key).toList());
    return new Decoder(this, Set.copyOf(fields), JsonScanner.of(projection));
  }

  void decode(RawRecord record, Consumer<Decoded> out) {
    new Decoding(record, out).decode();
  }

  boolean isHeader(byte[] line) {
    return format != null
        && Utf8.check(line, 0, line.length) != Utf8.MALFORMED
        && format.header(new String(line, StandardCharsets.UTF_8).strip()) != null;
  }

  void complete(ObjectNode payload, long timestamp, String newId) {
    time.complete(payload, timestamp);
    id.complete(payload, newId);
  }

  private static String key(EnvelopeStep step) {
    if (step instanceof ArrayAt array) {
      return array.key();
    }
    if (step instanceof TextAt text) {
      return text.key();
    }
    if (step instanceof Nothing nothing) {
      return nothing.key();
    }
    return step instanceof ObjectAt object ? object.key() : "";
  }

  private static boolean isOfText(EnvelopeStep step) {
    return step instanceof TextAt || step instanceof Nothing;
  }

  /** A text that is no JSON, or no acceptable one, stays the text that it is. */
  private static void readText(ObjectNode payload, FieldPath path) {
    String text = jsonText(payload, path);
    if (!text.isEmpty()) {
      byte[] json = text.getBytes(StandardCharsets.UTF_8);
      try {
        path.write(payload, StrictJson.read(json, 0, json.length));
      } catch (StrictJson.Unreadable e) {
        return;
      }
    }
  }

  /** A text that may be JSON; empty if there is none. */
  private static String jsonText(ObjectNode payload, FieldPath path) {
    List<JsonNode> values = path.readWhole(payload);
    String text = values.size() == 1 ? values.get(0).asText().strip() : "";
    return text.startsWith("{") || text.startsWith("[") ? text : "";
  }

  /** The decoding of one raw record. */
  private final class Decoding {
    private final RawRecord raw;
    private final Consumer<Decoded> out;
    private byte[] bytes;
    private @Nullable List<String> header;
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
      Payload payload;
      try {
        payload = read(from, to);
      } catch (StrictJson.Unreadable e) {
        return false;
      }
      for (EnvelopeStep step : envelope.subList(depth, envelope.size())) {
        JsonNode member = payload.fields().path(key(step));
        if (member.isContainerNode() || (member.isTextual() && isOfText(step))) {
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
          if (format != null && !isArrayOfContainers(text, from)) {
            continue;
          }
          expectEnd(text, elements(text, from, to, i + 1), to);
          return;
        }
        if (step instanceof Lines && isSeveralLines(text, from, to)) {
          lines(from, to, i + 1);
          return;
        }
        if (step instanceof Nothing nothing && isNothing(nothing, from, to)) {
          return;
        }
        if (step instanceof TextAt inner) {
          if (openText(inner, text, from, to, i + 1)) {
            return;
          }
          continue;
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

    /** Text may begin with a bracket too. */
    private boolean isArrayOfContainers(JsonSlices text, int array) {
      int first = text.skipSpace(array + 1);
      return text.is(first, '{') || text.is(first, '[') || text.is(first, ']');
    }

    /** One JSON value may have line breaks in it. */
    private boolean isSeveralLines(JsonSlices text, int from, int to) {
      boolean json = bytes[from] == '{' || bytes[from] == '[';
      return !json || text.skipValue(from) != to;
    }

    private void lines(int from, int to, int depth) {
      JsonSlices text = new JsonSlices(bytes, to);
      int at = from;
      while (at < to && !gaveUp) {
        int end = at;
        while (end < to && bytes[end] != '\n') {
          end++;
        }
        int begin = Math.min(end, text.skipSpace(at));
        int last = end;
        while (last > begin && JsonSlices.isSpace(bytes[last - 1])) {
          last--;
        }
        if (begin < last && rejects >= Limits.MAX_REJECTED_PARTS) {
          giveUp(begin);
        } else if (begin < last) {
          open(begin, last, depth);
        }
        at = end + 1;
      }
    }

    /** What is cut off says nothing for sure. */
    private boolean isNothing(Nothing step, int from, int to) {
      if (bytes[from] != '{' || to - from > Limits.MAX_EVENT_BYTES) {
        return false;
      }
      try {
        JsonNode said = StrictJson.read(bytes, from, to).path(step.key());
        return said.isTextual() && said.textValue().equals(step.text());
      } catch (StrictJson.Unreadable e) {
        return false;
      }
    }

    /** The text of a member that is a sound JSON text, else null. */
    private @Nullable String string(Member member) {
      try {
        JsonNode value = StrictJson.read(bytes, member.from(), member.end());
        return value.isTextual() ? value.textValue() : null;
      } catch (StrictJson.Unreadable e) {
        return null;
      }
    }

    /**
     * Opens an event that is a text in the object at {@code from}.
     *
     * @return whether there is one
     */
    private boolean openText(TextAt step, JsonSlices text, int from, int to, int depth) {
      Member member = bytes[from] == '{' ? text.member(from, step.key()) : null;
      if (member == null
          || member.twice()
          || member.end() == JsonSlices.BROKEN
          || member.end() - member.from() > Limits.MAX_EVENT_BYTES) {
        return false;
      }
      String inner = string(member);
      String line = inner == null ? "" : inner.strip();
      if (line.startsWith("{") || (line.startsWith("[") && format == null)) {
        byte[] around = bytes;
        bytes = line.getBytes(StandardCharsets.UTF_8);
        open(0, bytes.length, depth);
        bytes = around;
        return true;
      }
      ObjectNode payload =
          format == null || line.isEmpty() || line.indexOf('\0') >= 0
              ? null
              : format.read(line, header);
      if (payload == null || to - from > Limits.MAX_EVENT_BYTES) {
        return false;
      }
      try {
        for (Map.Entry<String, JsonNode> other : StrictJson.read(bytes, from, to).properties()) {
          if (!other.getKey().equals(step.key())) {
            payload.putIfAbsent(other.getKey(), other.getValue());
          }
        }
        event(Payload.whole(payload), from, to);
      } catch (StrictJson.Unreadable e) {
        reject(e.reason(), e.text(), from, to);
      }
      return true;
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
      if (format != null && bytes[from] != '{') {
        text(format, from, to);
        return;
      }
      try {
        event(read(from, to), from, to);
      } catch (StrictJson.Unreadable e) {
        reject(e.reason(), e.text(), from, to);
      }
    }

    private void text(TextFormat form, int from, int to) {
      int utf8 = Utf8.check(bytes, from, to);
      if (utf8 == Utf8.MALFORMED) {
        reject(RejectReason.NOT_UTF8, "not UTF-8 text", from, to);
        return;
      }
      if (utf8 == Utf8.HAS_NUL) {
        reject(RejectReason.NOT_THIS_SOURCE, "holds a NUL byte", from, to);
        return;
      }
      String line = new String(bytes, from, to - from, StandardCharsets.UTF_8);
      if (line.length() > Limits.MAX_STRING_LENGTH) {
        reject(
            RejectReason.VALUE_TOO_LONG,
            "a text of more than " + Limits.MAX_STRING_LENGTH + " characters",
            from,
            to);
        return;
      }
      List<String> names = form.header(line);
      if (names != null) {
        header = names.isEmpty() ? header : names;
        return;
      }
      ObjectNode payload = form.read(line, header);
      if (payload == null) {
        reject(
            RejectReason.NOT_THIS_SOURCE, "neither a JSON object nor " + form.expected(), from, to);
        return;
      }
      event(Payload.whole(payload), from, to);
    }

    private Payload read(int from, int to) throws StrictJson.Unreadable {
      ObjectNode partial = reader.read(bytes, from, to);
      // What stands in a text has no place of its own in the bytes.
      return partial == null
              || jsonTexts.stream().anyMatch(path -> !jsonText(partial, path).isEmpty())
          ? Payload.whole(readWhole(from, to))
          : Payload.partial(partial, names, new Slice(bytes, from, to));
    }

    private JsonNode readWhole(int from, int to) throws StrictJson.Unreadable {
      JsonNode payload = StrictJson.read(bytes, from, to);
      if (payload instanceof ObjectNode object) {
        jsonTexts.forEach(path -> readText(object, path));
      }
      return payload;
    }

    private void event(Payload payload, int from, int to) {
      JsonNode fields = payload.fields();
      if (!fields.isObject()) {
        reject(RejectReason.NOT_THIS_SOURCE, "not a JSON object", from, to);
        return;
      }
      for (List<FieldPath> oneOf : required) {
        if (!hasOne(oneOf, fields)) {
          String names = String.join(" or ", oneOf.stream().map(FieldPath::name).toList());
          reject(RejectReason.NOT_THIS_SOURCE, "has no " + names, from, to);
          return;
        }
      }
      Payload settled = payload;
      OptionalLong millis = time.of(fields);
      if (millis.isEmpty()
          && raw.arrival().isPresent()
          && payload.whole() instanceof ObjectNode object) {
        time.settle(object, raw.arrival().getAsLong());
        settled = Payload.whole(object);
        millis = time.of(object);
      }
      if (millis.isEmpty()) {
        String field = time.fields().get(0).name();
        if (time.value(settled.fields()) == null) {
          reject(RejectReason.NO_TIME, "has no " + field, from, to);
        } else {
          reject(RejectReason.BAD_TIME, field + " is not a time in a known format", from, to);
        }
        return;
      }
      out.accept(
          new Event(
              source, id.own(settled.fields()), millis.getAsLong(), settled, raw.origin(), id));
    }

    private static boolean hasOne(List<FieldPath> oneOf, JsonNode fields) {
      for (FieldPath field : oneOf) {
        if (!field.read(fields).isEmpty()) {
          return true;
        }
      }
      return false;
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
