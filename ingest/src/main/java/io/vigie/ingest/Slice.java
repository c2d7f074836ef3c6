package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A JSON value that was checked, and is read when somebody wants to know it. */
final class Slice {
  private final byte[] bytes;
  private final int from;
  private final int to;
  private volatile @Nullable JsonNode value;

  /**
   * @param bytes nobody may change
   */
  Slice(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  boolean mayHold(TextLook look) {
    return look.mayHold(bytes, from, to);
  }

  JsonNode value() {
    JsonNode read = value;
    if (read == null) {
      try {
        read = StrictJson.read(bytes, from, to);
      } catch (StrictJson.Unreadable e) {
        throw new IllegalStateException("was accepted before", e);
      }
      value = read;
    }
    return read;
  }
}
