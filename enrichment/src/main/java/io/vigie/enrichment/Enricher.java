package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import java.util.Set;

/** Adds fields to an event's ECS document. Safe for use by several threads. */
public interface Enricher {
  /**
   * Adds what this enricher knows. Never overwrites or removes a value, and never throws for what
   * stands in the document; a second call adds nothing.
   *
   * @param ecs the document, in nested form; changed in place
   * @param asOf of the event: what was so and was known then counts
   */
  void enrich(ObjectNode ecs, AsOf asOf);

  /** The fields that it looks at, as dotted names. */
  Set<String> reads();

  /** The fields that it may add, as dotted names. */
  Set<String> adds();
}
