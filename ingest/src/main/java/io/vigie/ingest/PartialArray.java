package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.AbstractList;

/** The elements of an array that is read when somebody wants to know them. */
final class PartialArray extends AbstractList<JsonNode> {
  private final Slice whole;

  PartialArray(Slice whole) {
    this.whole = whole;
  }

  @Override
  public JsonNode get(int index) {
    return whole.value().get(index);
  }

  @Override
  public int size() {
    return whole.value().size();
  }
}
