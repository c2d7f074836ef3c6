package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How the payloads of a source say when an event happened.
 *
 * @param fields the first that is present counts
 * @param formats the first that reads it counts
 * @param orArrival whether an event that names no time happened when its record arrived
 * @param updated when what is said now was said; null where nothing is said twice
 */
record EventTime(
    List<FieldPath> fields,
    List<TimeFormat> formats,
    boolean orArrival,
    @Nullable FieldPath updated) {

  /** All that is looked at. */
  List<FieldPath> paths() {
    List<FieldPath> paths = new ArrayList<>(fields);
    if (updated != null) {
      paths.add(updated);
    }
    return paths;
  }

  /** What stands where the time should; null where nothing does. */
  @Nullable JsonNode value(JsonNode payload) {
    JsonNode empty = null;
    for (FieldPath field : fields) {
      List<JsonNode> values = field.read(payload);
      if (values.isEmpty()) {
        continue;
      }
      JsonNode value = values.get(0);
      if (!value.isTextual() || !value.textValue().isEmpty()) {
        return value;
      }
      empty = empty == null ? value : empty;
    }
    return empty;
  }

  /** Milliseconds; empty where the payload says no time by itself. */
  OptionalLong of(JsonNode payload) {
    JsonNode value = value(payload);
    return value == null ? OptionalLong.empty() : millis(value, OptionalLong.empty());
  }

  private OptionalLong millis(JsonNode value, OptionalLong arrival) {
    for (TimeFormat format : formats) {
      OptionalLong millis = format.millis(value, arrival);
      if (millis.isPresent()) {
        return millis;
      }
    }
    return OptionalLong.empty();
  }

  /** When an event of this time was said as it stands in the payload: later for an update. */
  long updatedAt(JsonNode payload, long timestamp) {
    List<JsonNode> values = updated == null ? List.of() : updated.read(payload);
    OptionalLong millis =
        values.isEmpty() ? OptionalLong.empty() : millis(values.get(0), OptionalLong.empty());
    return Math.max(timestamp, millis.orElse(timestamp));
  }

  /**
   * Puts what only the arrival of the record tells into a payload that says no time by itself, and
   * from then on does.
   */
  void settle(ObjectNode payload, long arrival) {
    JsonNode value = value(payload);
    if (value == null) {
      if (orArrival) {
        write(payload, arrival);
      }
      return;
    }
    OptionalLong millis = millis(value, OptionalLong.of(arrival));
    if (millis.isPresent()) {
      fields.stream()
          .filter(field -> !field.read(payload).isEmpty())
          .findFirst()
          .ifPresent(
              field -> field.write(payload, TextNode.valueOf(TimeFormat.text(millis.getAsLong()))));
    }
  }

  /** Gives a payload without a time this one, if a format can hold it. */
  void complete(ObjectNode payload, long millis) {
    if (value(payload) == null) {
      write(payload, millis);
    }
  }

  private void write(ObjectNode payload, long millis) {
    formats.stream()
        .flatMap(format -> format.write(millis).stream())
        .findFirst()
        .ifPresent(value -> fields.get(0).write(payload, value));
  }
}
