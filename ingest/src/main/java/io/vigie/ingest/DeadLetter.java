package io.vigie.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** A reject as the document that goes to the dead-letter topic. */
public final class DeadLetter {
  private DeadLetter() {}

  /**
   * The ECS document: {@code event.kind: pipeline_error}, {@code event.dataset}, {@code error.code}
   * (the {@link RejectReason}), {@code error.message}, {@code vigie.source} (name, partition,
   * offset) and {@code vigie.reject} (head as text, length, sha256). Bytes of the head that are no
   * UTF-8 are replaced.
   */
  public static ObjectNode toEcs(Reject reject) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document
        .putObject("event")
        .put("kind", "pipeline_error")
        .put("dataset", reject.source())
        .put("module", module(reject.source()));
    document
        .putObject("error")
        .put("code", reject.reason().name())
        .put("message", reject.message());
    ObjectNode vigie = document.putObject("vigie");
    vigie
        .putObject("source")
        .put("name", reject.origin().name())
        .put("partition", reject.origin().partition())
        .put("offset", reject.origin().position());
    vigie
        .putObject("reject")
        .put("head", new String(reject.head(), StandardCharsets.UTF_8))
        .put("length", reject.length())
        .put("sha256", reject.sha256());
    return document;
  }

  /** {@link #toEcs} as JSON in UTF-8, on one line. */
  public static byte[] toBytes(Reject reject) {
    try {
      return StrictJson.MAPPER.writeValueAsBytes(toEcs(reject));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree in memory can always be written", e);
    }
  }

  private static String module(String source) {
    int dot = source.indexOf('.');
    return dot < 0 ? source : source.substring(0, dot);
  }
}
