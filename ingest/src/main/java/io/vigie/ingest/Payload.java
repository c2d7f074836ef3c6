package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The payload of an event, of which perhaps only some fields are read so far. */
final class Payload {
  private static final byte[] NONE = {};

  private final byte[] bytes;
  private final int from;
  private final int to;
  private final JsonNode fields;
  private final Set<String> names;
  private final @Nullable Decoder decoder;
  private volatile @Nullable JsonNode whole;

  private Payload(
      byte[] bytes,
      int from,
      int to,
      JsonNode fields,
      Set<String> names,
      @Nullable Decoder decoder) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.fields = fields;
    this.names = names;
    this.decoder = decoder;
  }

  static Payload whole(JsonNode payload) {
    Payload whole = new Payload(NONE, 0, 0, payload, Set.of(), null);
    whole.whole = payload;
    return whole;
  }

  /**
   * A payload that is read again when somebody wants more of it.
   *
   * @param bytes nobody may change
   * @param names of the fields that are read
   * @param decoder reads the whole
   */
  static Payload partial(
      byte[] bytes, int from, int to, ObjectNode fields, Set<String> names, Decoder decoder) {
    return new Payload(bytes, from, to, fields, names, decoder);
  }

  /** What is read so far. */
  JsonNode fields() {
    return fields;
  }

  JsonNode whole() {
    JsonNode payload = whole;
    if (payload == null) {
      try {
        payload = Objects.requireNonNull(decoder).readWhole(bytes, from, to);
      } catch (StrictJson.Unreadable e) {
        throw new IllegalStateException("was accepted before", e);
      }
      whole = payload;
    }
    return payload;
  }

  /** Something in which this field reads what it reads in the whole. */
  JsonNode with(String field) {
    JsonNode payload = whole;
    if (payload != null) {
      return payload;
    }
    return names.contains(field) ? fields : whole();
  }
}
