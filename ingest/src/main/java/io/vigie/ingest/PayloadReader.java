package io.vigie.ingest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads of payloads only what somebody wants, as fast as it can. {@link StrictJson} alone says what
 * is accepted and why not: a reader may always leave a payload to it, and takes none that it would
 * refuse.
 */
@FunctionalInterface
interface PayloadReader {
  /** What is wanted of a JSON object, as it stands there; null where it leaves that to others. */
  @Nullable ObjectNode read(byte[] bytes, int from, int to);
}
