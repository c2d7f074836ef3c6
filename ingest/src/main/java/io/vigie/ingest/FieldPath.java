package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A dotted path into a payload, case-sensitive. At every object a key that holds all that is left
 * of the path, dots included, goes before the key that holds its first part: {@code
 * output_fields.proc.name} finds {@code {"output_fields": {"proc.name": …}}}.
 */
final class FieldPath implements FieldReader {
  private final String name;
  private final String[] keys;
  private final String[] rests;

  FieldPath(String name) {
    this.name = name;
    this.keys = name.split("\\.", -1);
    this.rests = new String[keys.length];
    String rest = name;
    for (int i = 0; i < keys.length; i++) {
      rests[i] = rest;
      rest = rest.substring(Math.min(rest.length(), keys[i].length() + 1));
    }
  }

  String name() {
    return name;
  }

  @Override
  public List<JsonNode> read(JsonNode payload) {
    return read(payload, 0, false);
  }

  @Override
  public List<JsonNode> readWhole(JsonNode payload) {
    return read(payload, 0, true);
  }

  /** Puts a value there, unless something that is no object stands on the way. */
  void write(ObjectNode payload, JsonNode value) {
    ObjectNode at = payload;
    for (int i = 0; i + 1 < keys.length; i++) {
      JsonNode next = at.get(keys[i]);
      if (next == null || next.isNull()) {
        next = at.putObject(keys[i]);
      }
      if (!(next instanceof ObjectNode object)) {
        return;
      }
      at = object;
    }
    at.set(keys[keys.length - 1], value);
  }

  private List<JsonNode> read(JsonNode node, int depth, boolean whole) {
    JsonNode at = node;
    for (int i = depth; i < keys.length; i++) {
      if (at.isArray()) {
        return each(at, i, whole);
      }
      JsonNode dotted = i + 1 < keys.length ? at.get(rests[i]) : null;
      if (dotted != null) {
        at = dotted;
        break;
      }
      at = at.get(keys[i]);
      if (at == null) {
        return List.of();
      }
    }
    if (at.isArray() && !whole) {
      return each(at, keys.length, false);
    }
    return at.isNull() ? List.of() : List.of(at);
  }

  private List<JsonNode> each(JsonNode array, int depth, boolean whole) {
    List<JsonNode> values = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      values.addAll(read(element, depth, whole));
    }
    return values;
  }
}
