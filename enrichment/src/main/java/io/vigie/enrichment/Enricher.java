package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Adds fields to an event's ECS document. */
@FunctionalInterface
public interface Enricher {
  /**
   * Adds what this enricher knows. Never overwrites or removes a value, and never throws for what
   * stands in the document; a second call adds nothing.
   *
   * @param ecs the document, in nested form; changed in place
   */
  void enrich(ObjectNode ecs);
}
