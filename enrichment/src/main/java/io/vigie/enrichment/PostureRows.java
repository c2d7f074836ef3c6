package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rows of {@code posture} from the findings of Lacework, Security Hub and Wiz, as they stream in.
 */
public final class PostureRows {
  private static final EcsPath DATASET = EcsPath.of("event.dataset");
  private static final EcsPath ID = EcsPath.of("event.id");
  private static final EcsPath TIME = EcsPath.of("@timestamp");
  private static final EcsPath STARTED = EcsPath.of("event.created");
  private static final EcsPath LEVEL = EcsPath.of("log.level");
  private static final EcsPath TITLE = EcsPath.of("rule.name");
  private static final EcsPath REASON = EcsPath.of("event.reason");
  private static final EcsPath VULNERABILITY = EcsPath.of("vulnerability.id");
  private static final EcsPath HUB_SEVERITY = EcsPath.of("aws.securityhub.severity.label");
  private static final EcsPath EXPOSURE = EcsPath.of("lacework.alert.internet_exposure");

  /** Whose documents are findings about resources, and where each says that one is settled. */
  private static final Map<String, List<EcsPath>> STATUS =
      Map.of(
          "aws.securityhub",
          EcsPath.all(
              "aws.securityhub.workflow.status",
              "aws.securityhub.record_state",
              "aws.securityhub.compliance.status"),
          "lacework.alert",
          EcsPath.all("lacework.alert.status"),
          "lacework.event",
          List.of(),
          "wiz.issues",
          EcsPath.all("wiz.issues.status"));

  private static final Set<String> SETTLED =
      Set.of("resolved", "archived", "closed", "rejected", "passed", "suppressed");

  private PostureRows() {}

  /** The log sources whose events are findings about resources. */
  static Set<String> sources() {
    return STATUS.keySet();
  }

  /**
   * The row, where the document is a finding about a resource.
   *
   * @param ecs of a finding, or of its change; the newest row of a finding replaces the older
   */
  public static Optional<ObjectNode> of(ObjectNode ecs) {
    String dataset = DATASET.text(ecs);
    String id = ID.text(ecs);
    String time = TIME.text(ecs);
    List<EcsPath> states = dataset == null ? null : STATUS.get(dataset);
    Set<String> resources = states == null ? Set.of() : ResourceKeys.of(ecs);
    if (states == null || id == null || time == null || resources.isEmpty()) {
      return Optional.empty();
    }
    boolean open =
        states.stream()
            .map(path -> path.text(ecs))
            .noneMatch(state -> state != null && SETTLED.contains(Rows.key(state)));
    ObjectNode row = JsonNodeFactory.instance.objectNode().put("finding", dataset + "/" + id);
    ArrayNode keys = row.putArray("resources");
    resources.forEach(keys::add);
    Rows.put(row, "severity", severity(ecs));
    String title = TITLE.text(ecs) == null ? REASON.text(ecs) : TITLE.text(ecs);
    Rows.put(row, "title", title == null ? "" : title);
    ArrayNode vulnerabilities = JsonNodeFactory.instance.arrayNode();
    VULNERABILITY.texts(ecs).stream().distinct().forEach(vulnerabilities::add);
    if (!vulnerabilities.isEmpty()) {
      row.set("vulnerabilities", vulnerabilities);
    }
    Rows.put(row, "exposure", exposure(ecs));
    row.put("updated", time);
    row.put("status", open ? "open" : "resolved");
    String started = STARTED.text(ecs);
    boolean began = started != null && started.compareTo(time) < 0;
    row.put("valid_from", began ? started : time);
    if (!open && began) {
      // It was open until then, for events of that time that come later.
      row.put("status", "open").put("valid_until", time);
    }
    return Optional.of(row);
  }

  private static String severity(ObjectNode ecs) {
    String said = HUB_SEVERITY.isIn(ecs) ? HUB_SEVERITY.text(ecs) : LEVEL.text(ecs);
    String severity = said == null ? "" : said.toLowerCase(Locale.ROOT);
    return severity.startsWith("info") ? "informational" : severity;
  }

  private static String exposure(ObjectNode ecs) {
    String said = EXPOSURE.text(ecs);
    return said == null || said.startsWith("Unknown") ? "" : said;
  }
}
