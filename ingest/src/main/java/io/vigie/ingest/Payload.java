package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The payload of an event, of which perhaps only some fields are read so far. */
final class Payload {
  private final JsonNode fields;
  private final Set<String> names;
  private final @Nullable Slice whole;

  private Payload(JsonNode fields, Set<String> names, @Nullable Slice whole) {
    this.fields = fields;
    this.names = names;
    this.whole = whole;
  }

  static Payload whole(JsonNode payload) {
    return new Payload(payload, Set.of(), null);
  }

  /**
   * A payload of which more is read when somebody wants it.
   *
   * @param names of the fields that are read
   */
  static Payload partial(ObjectNode fields, Set<String> names, Slice whole) {
    return new Payload(fields, names, whole);
  }

  /** What is read so far. */
  JsonNode fields() {
    return fields;
  }

  JsonNode whole() {
    return whole == null ? fields : whole.value();
  }

  boolean mayHold(TextLook look) {
    return whole == null || whole.mayHold(look);
  }

  /** Something in which this field reads what it reads in the whole. */
  JsonNode with(String field) {
    return names.contains(field) ? fields : whole();
  }
}
