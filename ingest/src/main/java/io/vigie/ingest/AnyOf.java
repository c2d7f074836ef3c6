package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.BiFunction;

/** The values of several readers as those of one field. */
record AnyOf(List<FieldReader> readers) implements FieldReader {
  @Override
  public List<JsonNode> read(JsonNode payload) {
    return all(payload, FieldReader::read);
  }

  @Override
  public List<JsonNode> readWhole(JsonNode payload) {
    return all(payload, FieldReader::readWhole);
  }

  private List<JsonNode> all(
      JsonNode payload, BiFunction<FieldReader, JsonNode, List<JsonNode>> each) {
    return readers.stream().flatMap(reader -> each.apply(reader, payload).stream()).toList();
  }
}
