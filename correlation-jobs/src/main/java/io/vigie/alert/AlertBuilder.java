package io.vigie.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.correlation.Correlation;
import io.vigie.correlation.Evidence;
import io.vigie.correlation.Match;
import io.vigie.correlation.Standing;
import io.vigie.ingest.EnrichedFields;
import io.vigie.release.Release;
import io.vigie.rules.RuleHeader;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes alerts of what was found. */
public final class AlertBuilder {
  /** A second delivery of an event within this time is known without asking Elasticsearch. */
  private static final Duration REDELIVERY = Duration.ofHours(1);

  /** What events say of whom and what an alert is about. */
  private static final List<EntityField> ENTITY_FIELDS =
      Stream.concat(
              Stream.of(
                  "cloud.account.id",
                  "cloud.provider",
                  "cloud.region",
                  "cloud.service.name",
                  "host.name",
                  "related.hash",
                  "related.hosts",
                  "related.ip",
                  "related.user",
                  "source.address",
                  "source.as.organization.name",
                  "source.geo.country_iso_code",
                  "source.ip",
                  "user.id",
                  "user.name",
                  "user.target.name",
                  "user_agent.original",
                  "vigie.asset.criticality",
                  "vigie.asset.environment",
                  "vigie.asset.id",
                  "vigie.asset.owner",
                  "vigie.change.run",
                  "vigie.change.workspace",
                  "vigie.client.class",
                  "vigie.identity.id",
                  "vigie.identity.name",
                  "vigie.network.source.zone",
                  "vigie.posture.severity",
                  "vigie.posture.titles",
                  "vigie.threat.confidence"),
              EnrichedFields.ALL.stream().filter(name -> name.startsWith("vigie.reference.")))
          .sorted()
          .map(name -> new EntityField(name, List.of(name.split("\\.", -1))))
          .toList();

  private record EntityField(String name, List<String> keys) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RuleSet rules;
  private final int release;

  public AlertBuilder(Release release) {
    this.rules = release.rules();
    this.release = release.number();
  }

  /** An event that a detection rule wants to be told by itself. */
  public Alert of(Match match) {
    long said = match.evidence().get(0).timestamp();
    return alert(
        match.rule(),
        List.of(),
        List.of(match.id()),
        match.timestamp(),
        said,
        true,
        said + REDELIVERY.toMillis(),
        1,
        match.evidence(),
        Standing.SETTLED,
        // Of an update nobody knows here whether the alert was ever written: it must change it.
        said > match.timestamp() ? 1 : 0);
  }

  /** A satisfied time of an episode. */
  public Alert of(Correlation correlation) {
    CorrelationPlan plan = rules.correlations().get(correlation.rule());
    long gap = plan == null ? 0 : plan.rule().suppress().toMillis();
    return alert(
        correlation.rule(),
        correlation.group(),
        correlation.group(),
        correlation.firstSatisfied(),
        correlation.satisfied(),
        false,
        correlation.satisfied() + gap,
        correlation.eventCount(),
        correlation.evidence(),
        correlation.standing(),
        // A first word may have been written, by this run or another: what is certain changes it.
        correlation.standing() != Standing.PROVISIONAL && mayBeSaidEarly(plan) ? 1 : 0);
  }

  private static boolean mayBeSaidEarly(@Nullable CorrelationPlan plan) {
    return plan != null && plan.rule().condition().isPositive();
  }

  private Alert alert(
      String rule,
      List<String> group,
      List<String> identity,
      long first,
      long last,
      boolean single,
      long openUntil,
      int eventCount,
      List<Evidence> evidence,
      Standing standing,
      int revision) {
    Set<String> ids = new LinkedHashSet<>();
    List<Alert.Step> steps = new ArrayList<>();
    List<Alert.Entity> entities = new ArrayList<>();
    for (Evidence each : evidence) {
      ids.add(each.eventId());
      JsonNode document = document(each);
      steps.add(step(each, document));
      for (EntityField field : ENTITY_FIELDS) {
        entity(field, document).ifPresent(entities::add);
      }
    }
    return new Alert(
        id(rules.header(rule), identity, first),
        rule,
        group,
        first,
        last,
        single,
        openUntil,
        eventCount,
        List.copyOf(ids),
        Alert.joined(steps, List.of()),
        Alert.merged(entities, List.of()),
        evidence,
        0,
        standing,
        release,
        revision);
  }

  /** Of rule, version, group and first satisfied time, so that every run finds the same. */
  private static String id(RuleHeader rule, List<String> identity, long first) {
    StringBuilder text = new StringBuilder();
    text.append(rule.id()).append('\n').append(rule.version()).append('\n').append(first);
    identity.forEach(value -> text.append('\n').append(value.length()).append(':').append(value));
    return hash(text.toString());
  }

  /** SHA-256 in URL-safe Base64. */
  static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Alert.Step step(Evidence evidence, JsonNode document) {
    return new Alert.Step(
        evidence.rule(),
        evidence.timestamp(),
        evidence.eventId(),
        text(document, "event.action"),
        text(document, "event.outcome"),
        first(document, "user.name", "user.id", "cloud.account.id"),
        first(document, "user.target.name", "cloud.target.id", "orchestrator.resource.name"),
        first(document, "source.ip", "source.address"));
  }

  private static String first(JsonNode document, String... fields) {
    for (String field : fields) {
      String text = text(document, field);
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  private static String text(JsonNode document, String field) {
    JsonNode node = at(document, List.of(field.split("\\.", -1)));
    return (node.isArray() ? node.path(0) : node).asText("");
  }

  private static Optional<Alert.Entity> entity(EntityField field, JsonNode document) {
    JsonNode node = at(document, field.keys());
    TreeSet<String> values = new TreeSet<>();
    if (node.isArray()) {
      node.forEach(element -> values.add(element.asText()));
    } else if (node.isValueNode() && !node.isNull()) {
      values.add(node.asText());
    }
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(new Alert.Entity(field.name(), List.copyOf(values)));
  }

  private static JsonNode at(JsonNode document, List<String> keys) {
    JsonNode node = document;
    for (String key : keys) {
      node = node.path(key);
    }
    return node;
  }

  private static JsonNode document(Evidence evidence) {
    if (!evidence.hasDocument()) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(evidence.document());
    } catch (IOException e) {
      throw new IllegalStateException("evidence is a JSON document", e);
    }
  }
}
