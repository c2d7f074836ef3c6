package io.vigie.ingest;

/**
 * Bytes as they lie in Kafka or in a line of a file.
 *
 * @param origin where they were read
 * @param bytes the whole record, or its first 4 KiB when {@code length} is larger than {@link
 *     Limits#MAX_RAW_BYTES}
 * @param length the true length in bytes
 * @param sha256 hex digest of the whole record when {@code bytes} is only its head, else empty
 */
public record RawRecord(Origin origin, byte[] bytes, long length, String sha256) {

  /** A record that is held whole. */
  public static RawRecord whole(Origin origin, byte[] bytes) {
    return new RawRecord(origin, bytes, bytes.length, "");
  }

  /**
   * True when the record was larger than {@link Limits#MAX_RAW_BYTES} and only its head is here.
   */
  public boolean isTruncated() {
    return length > bytes.length;
  }
}
