package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Several enrichers as one, in their order. */
public final class Enrichers implements Enricher {
  private final List<Enricher> members;

  public Enrichers(List<Enricher> members) {
    this.members = List.copyOf(members);
  }

  /** Those that need no data of their own, sorted by name. */
  public static Enrichers builtIn() {
    return new Enrichers(List.of(new RelatedEnricher()));
  }

  @Override
  public void enrich(ObjectNode ecs) {
    members.forEach(member -> member.enrich(ecs));
  }
}
