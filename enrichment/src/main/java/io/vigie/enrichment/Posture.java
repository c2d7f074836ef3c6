package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.TableDefinition;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The table {@code posture}: findings of CNAPPs, by the resources that they are about. */
public final class Posture implements TableDefinition {
  static final String NAME = "posture";
  private static final List<String> SEVERITIES =
      List.of("informational", "low", "medium", "high", "critical");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean byNetwork() {
    return false;
  }

  @Override
  public boolean fillsFromEvents() {
    return true;
  }

  @Override
  public Set<String> columns() {
    return RowReader.columns(
        "exposure",
        "finding",
        "resources",
        "severity",
        "status",
        "title",
        "updated",
        "vulnerabilities");
  }

  @Override
  public Optional<Row> read(ObjectNode row, Consumer<String> wrong) {
    RowReader reader = new RowReader(row, wrong);
    String finding = reader.needed("finding");
    List<String> resources = Rows.texts(row, "resources");
    if (resources.isEmpty()) {
      reader.wrong("has no resources");
    }
    reader.oneOf("severity", SEVERITIES);
    reader.oneOf("status", List.of("open", "resolved"));
    return reader.read(finding, resources.stream().map(Rows::key));
  }

  static boolean isOpen(ObjectNode row) {
    return !row.path("status").asText().equals("resolved");
  }

  /** Of equally severe ones the order stays. */
  static final Comparator<ObjectNode> MOST_SEVERE_FIRST =
      Comparator.comparingInt((ObjectNode row) -> SEVERITIES.indexOf(row.path("severity").asText()))
          .reversed();
}
