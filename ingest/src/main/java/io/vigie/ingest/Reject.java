package io.vigie.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A raw record, or a part of one, that could not become an event.
 *
 * @param source id of the log source that was asked to decode it
 * @param reason the code
 * @param message what is wrong, for a person, without quoting the record
 * @param origin where the raw record was read
 * @param head the first {@link Limits#DEAD_LETTER_HEAD_BYTES} bytes of the rejected bytes
 * @param length the length of the rejected bytes
 * @param sha256 hex digest of the rejected bytes
 */
public record Reject(
    String source,
    RejectReason reason,
    String message,
    Origin origin,
    byte[] head,
    long length,
    String sha256)
    implements Decoded {

  /** An event that is refused after it was decoded. */
  public static Reject of(Event event, RejectReason reason, String message) {
    byte[] payload = event.payload().toString().getBytes(StandardCharsets.UTF_8);
    MessageDigest digest = Digests.sha256();
    digest.update(payload);
    return new Reject(
        event.source(),
        reason,
        message,
        event.origin(),
        Arrays.copyOf(payload, Math.min(payload.length, Limits.DEAD_LETTER_HEAD_BYTES)),
        payload.length,
        Digests.hex(digest));
  }
}
