package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What CNAPPs held against the touched resource when the event happened: {@code
 * vigie.posture.findings}, how many were open, {@code .severity}, the highest of them, {@code
 * .exposure}, {@code .titles} and {@code .vulnerabilities}.
 */
public final class PostureEnricher implements Enricher {
  private static final EcsPath FINDINGS = EcsPath.of("vigie.posture.findings");
  private static final EcsPath SEVERITY = EcsPath.of("vigie.posture.severity");
  private static final EcsPath EXPOSURE = EcsPath.of("vigie.posture.exposure");
  private static final EcsPath TITLES = EcsPath.of("vigie.posture.titles");
  private static final EcsPath VULNERABILITIES = EcsPath.of("vigie.posture.vulnerabilities");
  private static final EcsPath ASSET = EcsPath.of("vigie.asset.id");
  private static final EcsPath DATASET = EcsPath.of("event.dataset");
  private static final EcsPath EVENT_ID = EcsPath.of("event.id");

  /** More would hide the event itself. */
  private static final int MOST = 10;

  private final ReferenceTable posture;

  public PostureEnricher(ReferenceTables tables) {
    this.posture = tables.table(Posture.NAME);
  }

  @Override
  public void enrich(ObjectNode ecs, AsOf asOf) {
    if (posture.isEmpty() || FINDINGS.isIn(ecs)) {
      return;
    }
    Set<String> keys = new LinkedHashSet<>(ResourceKeys.of(ecs));
    String asset = ASSET.text(ecs);
    if (asset != null) {
      keys.add(Rows.key(asset));
    }
    String self = DATASET.text(ecs) + "/" + EVENT_ID.text(ecs);
    Map<String, ObjectNode> byFinding = new LinkedHashMap<>();
    for (String key : keys) {
      for (ObjectNode row : posture.at(key, asOf)) {
        String finding = row.path("finding").asText();
        if (Posture.isOpen(row) && !finding.equals(self)) {
          byFinding.putIfAbsent(finding, row);
        }
      }
    }
    if (byFinding.isEmpty()) {
      return;
    }
    List<ObjectNode> open = byFinding.values().stream().sorted(Posture.MOST_SEVERE_FIRST).toList();
    FINDINGS.add(ecs, IntNode.valueOf(open.size()));
    SEVERITY.add(ecs, open.get(0).path("severity").asText());
    EXPOSURE.add(ecs, all(open, "exposure").distinct().limit(MOST).toList());
    TITLES.add(ecs, all(open, "title").distinct().limit(MOST).toList());
    Set<String> cves = new TreeSet<>();
    open.forEach(row -> cves.addAll(Rows.texts(row, "vulnerabilities")));
    VULNERABILITIES.add(ecs, cves.stream().limit(MOST).toList());
  }

  private static Stream<String> all(List<ObjectNode> rows, String field) {
    return rows.stream().map(row -> row.path(field).asText()).filter(text -> !text.isEmpty());
  }

  @Override
  public Set<String> reads() {
    Set<String> names = new TreeSet<>(ResourceKeys.reads());
    names.add(ASSET.name());
    return names;
  }

  @Override
  public Set<String> adds() {
    return EcsPath.names(List.of(FINDINGS, SEVERITY, EXPOSURE, TITLES, VULNERABILITIES));
  }
}
