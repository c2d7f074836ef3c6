package io.vigie.ingest;

import java.util.OptionalLong;

/**
 * Bytes as they lie in Kafka or in a line of a file.
 *
 * @param origin where they were read
 * @param bytes the whole record, or its first 4 KiB when {@code length} is larger than {@link
 *     Limits#MAX_RAW_BYTES}
 * @param length the true length in bytes
 * @param sha256 hex digest of the whole record when {@code bytes} is only its head, else empty
 * @param arrival no later than this the record was written, milliseconds since 1970 UTC: the time
 *     that Kafka keeps of it, the last change of a file. A source whose events do not say their
 *     year, or no time at all, needs it.
 */
public record RawRecord(
    Origin origin, byte[] bytes, long length, String sha256, OptionalLong arrival) {

  /** A record that is held whole; nobody knows when it arrived. */
  public static RawRecord whole(Origin origin, byte[] bytes) {
    return whole(origin, bytes, OptionalLong.empty());
  }

  /** A record that is held whole. */
  public static RawRecord whole(Origin origin, byte[] bytes, OptionalLong arrival) {
    return new RawRecord(origin, bytes, bytes.length, "", arrival);
  }

  /**
   * True when the record was larger than {@link Limits#MAX_RAW_BYTES} and only its head is here.
   */
  public boolean isTruncated() {
    return length > bytes.length;
  }
}
