package io.vigie.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.correlation.Standing;
import io.vigie.release.Releases;
import io.vigie.rules.Rule;
import io.vigie.rules.RuleHeader;
import io.vigie.rules.RuleSet;
import io.vigie.rules.correlation.CorrelationType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The ECS document of an alert. Byte for byte the same for the same alert. */
public final class AlertDocument {
  /** Fixed width, so that texts sort as times do. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final int MAX_LISTED_IDS = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Releases releases;
  private final Set<String> shadow;

  /** No rule runs in shadow. */
  public AlertDocument(Releases releases) {
    this(releases, Set.of());
  }

  /**
   * @param releases in which the alerts were found
   * @param shadow statuses of rules that run in shadow
   */
  public AlertDocument(Releases releases, Set<String> shadow) {
    this.releases = releases;
    this.shadow = Set.copyOf(shadow);
  }

  /** Whether the alert's rule runs in shadow: it is written, and nobody is notified. */
  public boolean isShadow(Alert alert) {
    return SystemAlert.Kind.ofRule(alert.rule()).isEmpty()
        && shadow.contains(
            releases.numbered(alert.release()).rules().header(alert.rule()).status());
  }

  /** The whole document, without write times. */
  public ObjectNode of(Alert alert) {
    RuleSet rules = releases.numbered(alert.release()).rules();
    Optional<SystemAlert.Kind> system = SystemAlert.Kind.ofRule(alert.rule());
    RuleHeader rule =
        system.map(SystemAlert.Kind::header).orElseGet(() -> rules.header(alert.rule()));
    ObjectNode document = JSON.createObjectNode();
    document.put("@timestamp", time(alert.firstSeen()));
    document.put("message", rule.title());
    document.putObject("ecs").put("version", "9.0.0");
    event(document.putObject("event"), alert, rule);
    rule(document.putObject("rule"), rule, rules);
    if (!rule.status().isEmpty()) {
      document.putObject("labels").put("rule_status", rule.status());
    }
    ObjectNode threat = Attack.threat(rule.tags());
    if (!threat.isEmpty()) {
      document.set("threat", threat);
    }
    alert.entities().forEach(entity -> put(document, entity.field(), entity.values()));
    ObjectNode vigie = document.withObjectProperty("vigie");
    ObjectNode about = vigie.putObject("alert");
    alert(about, alert, rule, rules);
    if (isShadow(alert)) {
      about.put("shadow", true);
    }
    system.ifPresent(kind -> system(kind, alert, rules, document, about));
    return document;
  }

  /** What is different where the engine speaks of itself. */
  private static void system(
      SystemAlert.Kind kind, Alert alert, RuleSet rules, ObjectNode document, ObjectNode about) {
    ObjectNode event = document.withObjectProperty("event");
    event.remove("category");
    event.putArray("type").add("info");
    event.put("reason", systemReason(kind, alert, rules));
    document.withObjectProperty("rule").put("category", "system");
    about.put("type", "system");
    about.put("resolved", alert.openUntil() != Long.MAX_VALUE);
    about.withObjectProperty("group").putArray("fields").add(kind.field());
    about.withObjectProperty("events").put("truncated", false);
    if (kind == SystemAlert.Kind.ALERT_FLOOD) {
      about
          .putObject("suppression")
          .put("count", alert.eventCount())
          .put("start", time(alert.firstSeen()))
          .put("end", time(alert.lastSeen()))
          .put("reason", "more alerts of the rule than are told in an hour");
    }
  }

  private static void event(ObjectNode event, Alert alert, RuleHeader rule) {
    event.put("kind", "alert");
    event.putArray("category").add("intrusion_detection");
    event.putArray("type").add("indicator");
    event.put("module", "vigie");
    event.put("dataset", "vigie.alerts");
    event.put("id", alert.id());
    event.put("severity", rule.level().severity());
    event.put("risk_score", rule.level().severity());
    long start = start(alert);
    event.put("start", time(start));
    event.put("end", time(alert.lastSeen()));
    event.put("duration", Duration.ofMillis(alert.lastSeen() - start).toNanos());
    event.put("reason", reason(alert, rule));
  }

  private static String reason(Alert alert, RuleHeader rule) {
    if (alert.standing() == Standing.WITHDRAWN) {
      return rule.title() + ": withdrawn, what came later shows another course of events";
    }
    String who = alert.group().isEmpty() ? "" : " for " + String.join(", ", alert.group());
    String events = alert.eventCount() == 1 ? "1 event" : alert.eventCount() + " events";
    return "%s: %s%s between %s and %s"
        .formatted(rule.title(), events, who, time(start(alert)), time(alert.lastSeen()));
  }

  private static String systemReason(SystemAlert.Kind kind, Alert alert, RuleSet rules) {
    String subject = alert.group().get(0);
    RuleHeader about = rules.headers().get(subject);
    String name = about == null ? subject : about.title() + " (" + subject + ")";
    Alert.Step last = alert.steps().get(alert.steps().size() - 1);
    String detail =
        last.action().isEmpty() || kind == SystemAlert.Kind.ALERT_FLOOD ? "" : ": " + last.action();
    String times = alert.eventCount() == 1 ? "" : ", " + alert.eventCount() + " " + kind.counted();
    String until = alert.lastSeen() == alert.firstSeen() ? "" : " until " + time(alert.lastSeen());
    return "%s: %s%s since %s%s%s"
        .formatted(kind.header().title(), name, times, time(alert.firstSeen()), until, detail);
  }

  /** When the first of its events happened; it was satisfied by the last that it needed. */
  private static long start(Alert alert) {
    long first = alert.steps().isEmpty() ? alert.firstSeen() : alert.steps().get(0).at();
    return Math.min(first, alert.firstSeen());
  }

  private static void rule(ObjectNode node, RuleHeader rule, RuleSet rules) {
    node.put("id", rule.id());
    node.put("name", rule.title());
    node.put("version", rule.version());
    if (!rule.description().isEmpty()) {
      node.put("description", rule.description());
    }
    if (!rule.author().isEmpty()) {
      node.putArray("author").add(rule.author());
    }
    if (!rule.references().isEmpty()) {
      node.put("reference", rule.references().get(0));
    }
    node.put("category", rules.correlations().containsKey(rule.id()) ? "correlation" : "detection");
  }

  private static void alert(ObjectNode node, Alert alert, RuleHeader rule, RuleSet rules) {
    node.put("id", alert.id());
    node.put("type", type(alert.rule(), rules));
    node.put("standing", alert.standing().name().toLowerCase(Locale.ROOT));
    node.put("severity", rule.level().name().toLowerCase(Locale.ROOT));
    node.put("title", rule.title());
    node.put("first_seen", time(alert.firstSeen()));
    node.put("last_seen", time(alert.lastSeen()));
    node.putObject("time_range")
        .put("gte", time(alert.firstSeen()))
        .put("lte", time(alert.lastSeen()));
    ObjectNode group = node.putObject("group");
    ArrayNode fields = group.putArray("fields");
    groupBy(alert.rule(), rules).forEach(fields::add);
    ArrayNode values = group.putArray("values");
    alert.group().forEach(values::add);
    ObjectNode events = node.putObject("events");
    events.put("count", alert.eventCount());
    events.put("stored", alert.eventIds().size());
    events.put("truncated", alert.eventIds().size() < alert.eventCount());
    if (alert.lateCount() > 0) {
      events.put("late", alert.lateCount());
    }
    ArrayNode ids = events.putArray("ids");
    alert.eventIds().stream().limit(MAX_LISTED_IDS).forEach(ids::add);
    ArrayNode steps = node.putArray("steps");
    for (int i = 0; i < alert.steps().size(); i++) {
      step(steps.addObject(), i, alert.steps().get(i));
    }
  }

  private static void step(ObjectNode node, int index, Alert.Step step) {
    node.put("index", index);
    node.put("name", step.name());
    node.put("at", time(step.at()));
    putIfSaid(node, "event_id", step.eventId());
    putIfSaid(node, "action", step.action());
    putIfSaid(node, "outcome", step.outcome());
    putIfSaid(node, "actor", step.actor());
    putIfSaid(node, "target", step.target());
    putIfSaid(node, "source_ip", step.sourceIp());
  }

  private static void putIfSaid(ObjectNode node, String key, String text) {
    if (!text.isEmpty()) {
      node.put(key, text);
    }
  }

  private static String type(String rule, RuleSet rules) {
    var plan = rules.correlations().get(rule);
    if (plan == null) {
      return "single";
    }
    if (plan.level() > 1) {
      return "composite";
    }
    if (plan.rule().type() == CorrelationType.NEW_TERMS) {
      return "new_terms";
    }
    return plan.rule().type().counts() ? "threshold" : "sequence";
  }

  private static List<String> groupBy(String rule, RuleSet rules) {
    return Optional.ofNullable(rules.correlations().get(rule))
        .map(RuleSet.CorrelationPlan::rule)
        .map(Rule.Correlation::alertFields)
        .orElse(List.of());
  }

  private static void put(ObjectNode document, String field, List<String> values) {
    String[] keys = field.split("\\.", -1);
    ObjectNode parent = document;
    for (int i = 0; i < keys.length - 1; i++) {
      parent = parent.withObjectProperty(keys[i]);
    }
    String key = keys[keys.length - 1];
    if (values.size() == 1 && !keys[0].equals("related")) {
      parent.put(key, values.get(0));
      return;
    }
    ArrayNode array = parent.putArray(key);
    values.forEach(array::add);
  }

  /** ISO 8601 in UTC with milliseconds. */
  public static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis));
  }

  /** The document as JSON in UTF-8. */
  public static byte[] bytes(ObjectNode document) {
    try {
      return JSON.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can be written", e);
    }
  }
}
