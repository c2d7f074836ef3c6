package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Reads one field of an event's payload, named in ECS or in the source's own words.
 *
 * <p>Arrays on the way and at the end are traversed: the field has each element's value. A missing
 * field and a JSON null have no value. A value is a text, number or boolean, or an object.
 */
@FunctionalInterface
public interface FieldReader {
  List<JsonNode> read(JsonNode payload);

  /** The same, but an array at the end of the field's path is one value, as it stands there. */
  default List<JsonNode> readWhole(JsonNode payload) {
    return read(payload);
  }
}
