package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.ReferenceTables;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Several enrichers as one, in their order. */
public final class Enrichers implements Enricher {
  private final List<Enricher> members;

  public Enrichers(List<Enricher> members) {
    this.members = List.copyOf(members);
  }

  /** Those that need no data of their own. */
  public static Enrichers builtIn() {
    return of(ReferenceTables.none(), GeoDatabases.none());
  }

  /** Those of the engine's own alerts, which say already who and what they are about. */
  public static Enrichers ofAlerts() {
    return new Enrichers(List.of(new RelatedEnricher()));
  }

  /**
   * All. Each stands after those whose fields it reads.
   *
   * @param tables reference data; a table that was not loaded is empty
   */
  public static Enrichers of(ReferenceTables tables, GeoDatabases geo) {
    return new Enrichers(
        List.of(
            new ClientEnricher(),
            new GeoEnricher(geo),
            new ZoneEnricher(tables),
            new IndicatorEnricher(tables),
            new IdentityEnricher(tables),
            new AssetEnricher(tables),
            new PostureEnricher(tables),
            new ChangeEnricher(tables),
            new RelatedEnricher(),
            new VersionEnricher(tables, geo)));
  }

  /**
   * Those of these that somebody needs who looks at certain fields only, and those that they need
   * in turn.
   *
   * @param fields as dotted names
   */
  public Enrichers neededFor(Collection<String> fields) {
    Set<String> wanted = new HashSet<>(fields);
    List<Enricher> needed = new ArrayList<>();
    for (int i = members.size() - 1; i >= 0; i--) {
      Enricher member = members.get(i);
      if (!Collections.disjoint(member.adds(), wanted)) {
        needed.add(0, member);
        wanted.addAll(member.reads());
      }
    }
    return new Enrichers(needed);
  }

  @Override
  public void enrich(ObjectNode ecs, AsOf asOf) {
    for (Enricher member : members) {
      member.enrich(ecs, asOf);
    }
  }

  /** As of the document's own {@code @timestamp}, by all that is known now. */
  public void enrich(ObjectNode ecs) {
    try {
      enrich(ecs, AsOf.time(Instant.parse(ecs.path("@timestamp").asText()).toEpochMilli()));
    } catch (DateTimeParseException e) {
      // A document without a time is no event; nothing is known of when it was.
      enrich(ecs, AsOf.time(Long.MAX_VALUE));
    }
  }

  @Override
  public Set<String> reads() {
    Set<String> all = new TreeSet<>();
    members.forEach(member -> all.addAll(member.reads()));
    return all;
  }

  @Override
  public Set<String> adds() {
    Set<String> all = new TreeSet<>();
    members.forEach(member -> all.addAll(member.adds()));
    return all;
  }
}
