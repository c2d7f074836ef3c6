package io.vigie.rules.lint;

import io.vigie.ingest.LogSource;
import io.vigie.rules.Rule;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.detection.Predicate;
import io.vigie.rules.detection.PredicateText;
import io.vigie.yaml.Timespan;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A rule as the engine understands it, in words. */
public final class RuleDescription {
  private static final int LABEL = 12;

  private final RuleDocuments documents;
  private final RuleSet rules;

  /**
   * @param rules of the pack
   */
  public RuleDescription(RulePack pack, RuleSet rules) {
    this.documents = new RuleDocuments(pack);
    this.rules = rules;
  }

  /** Ids and names that {@link #of} knows, sorted. */
  public Set<String> known() {
    return documents.all().stream()
        .flatMap(document -> document.calls().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The rule of that id or name and those that it names; empty where there is none. */
  public Optional<String> of(String idOrName) {
    return documents.called(idOrName).stream()
        .findFirst()
        .map(
            document ->
                Stream.concat(Stream.of(document), documents.below(document).stream())
                    .map(this::block)
                    .collect(Collectors.joining("\n")));
  }

  private String block(RuleDocument document) {
    StringBuilder text = new StringBuilder();
    String title = RuleDocument.text(document.map(), "title");
    text.append(title.isEmpty() ? document.name() : title).append('\n');
    line(text, "id", RuleDocument.text(document.map(), "id"));
    line(text, "name", RuleDocument.text(document.map(), "name"));
    line(text, "file", document.file() + ":" + document.map().place().line());
    line(text, "level", RuleDocument.text(document.map(), "level"));
    line(text, "alerts", alerts(document));
    line(text, "named by", names(documents.users(document)));
    document.correlation().ifPresent(correlation -> correlation(text, document, correlation));
    sources(text, document);
    matches(text, document);
    Optional.ofNullable(rules.correlations().get(document.id()))
        .map(CorrelationPlan::epl)
        .filter(epl -> !epl.isEmpty())
        .ifPresent(
            epl -> {
              line(text, "EPL", "decides it");
              epl.lines().forEach(part -> text.append("    ").append(part).append('\n'));
            });
    return text.toString();
  }

  /**
   * What the engine tests, filters of other files included; what is written where it tests nothing.
   */
  private void matches(StringBuilder text, RuleDocument document) {
    document.conditions().forEach(condition -> line(text, "matches", condition.name()));
    Optional<Predicate> tested =
        rules.detections().stream()
            .map(DetectionPlan::rule)
            .filter(rule -> rule.header().id().equals(document.id()))
            .map(Rule.Detection::predicate)
            .findFirst();
    List<String> tree =
        tested.isPresent()
            ? tree(new PredicateText(rules.fields().names()), tested.get(), document)
            : document.conditions().stream()
                .flatMap(condition -> Stream.ofNullable(condition.predicate()))
                .flatMap(predicate -> tree(documents.text(), predicate, document).stream())
                .toList();
    tree.forEach(branch -> text.append("    ").append(branch).append('\n'));
  }

  private static List<String> tree(
      PredicateText words, Predicate predicate, RuleDocument document) {
    return words.tree(predicate, field -> origin(field, document.sources(), false));
  }

  private String alerts(RuleDocument document) {
    return documents.alerts(document)
        ? "yes"
        : "no: it is named by a correlation that does not say generate: true";
  }

  private void correlation(StringBuilder text, RuleDocument document, YamlMap correlation) {
    line(text, "correlation", RuleDocument.text(correlation, "type"));
    line(text, "of", written(correlation, "rules"));
    line(text, "until", written(correlation, "until"));
    line(text, "condition", written(correlation, "condition"));
    line(text, "at least", written(correlation, "at-least"));
    line(
        text,
        "group by",
        RuleDocument.scalars(correlation, "group-by").stream()
            .map(field -> origin(field.text(), List.copyOf(documents.sources(document)), true))
            .collect(Collectors.joining(", ")));
    line(text, "aliases", written(correlation, "aliases"));
    line(text, "fields", written(correlation, "fields"));
    line(text, "numbers", written(correlation, "numbers"));
    String timespan = RuleDocument.text(correlation, "timespan");
    line(text, "timespan", timespan);
    line(text, "learning", RuleDocument.text(correlation, "learning"));
    String suppress = RuleDocument.text(correlation, "suppress");
    line(
        text,
        "episode",
        "satisfied times less than %s apart are one alert"
            .formatted(suppress.isEmpty() ? timespan : suppress));
    Timespan.parse(timespan)
        .ifPresent(
            span ->
                line(text, "state", StateEstimate.of(span, documents.sources(document)).text()));
  }

  private void sources(StringBuilder text, RuleDocument document) {
    Collection<LogSource> sources = documents.sources(document);
    line(
        text,
        "log sources",
        sources.isEmpty()
            ? "none serves it, so it never matches"
            : sources.stream()
                .map(source -> source.id() + " (late " + Timespan.text(source.lateness()) + ")")
                .sorted()
                .collect(Collectors.joining(", ")));
    if (!sources.isEmpty()) {
      line(text, "waits", waits(document, StateEstimate.lateness(sources)));
    }
  }

  private String waits(RuleDocument document, Duration lateness) {
    if (document.isDetection()) {
      return "for nothing: it looks at one event";
    }
    boolean readsAlerts =
        documents.sources(document).stream().anyMatch(source -> source.id().equals(RuleSet.ALERTS));
    String late =
        readsAlerts
            ? "as late as events of the job's slowest log source may be, because alerts are of all"
            : Timespan.text(lateness) + ", as late as events of its slowest log source may be";
    return Optional.ofNullable(rules.correlations().get(document.id()))
        .map(CorrelationPlan::rule)
        .filter(rule -> rule.condition().waits())
        .map(rule -> late + ", and its timespan, because something must not happen in it")
        .orElse(late);
  }

  /** Where a field's values come from, where that is not a field of the same name. */
  private static String origin(String field, List<LogSource> sources, boolean named) {
    String origins =
        sources.stream()
            .filter(source -> !source.pathsOf(field).equals(List.of(field)))
            .map(source -> (sources.size() > 1 ? source.id() + ": " : "") + paths(source, field))
            .collect(Collectors.joining("; "));
    if (named) {
      return field + (origins.isEmpty() ? "" : " (from " + origins + ")");
    }
    return origins.isEmpty() ? "" : "(from " + origins + ")";
  }

  private static String paths(LogSource source, String field) {
    List<String> paths = source.pathsOf(field).stream().distinct().toList();
    return paths.isEmpty() ? "the whole event" : String.join(", ", paths);
  }

  private static String names(List<RuleDocument> documents) {
    return documents.stream().map(RuleDocument::name).collect(Collectors.joining(", "));
  }

  private static String written(YamlMap map, String key) {
    return map.get(key).map(RuleDescription::written).orElse("");
  }

  private static String written(YamlValue value) {
    if (value instanceof YamlScalar scalar) {
      return scalar.value() == null ? "" : scalar.text();
    }
    if (value instanceof YamlMap map) {
      return map.entries().entrySet().stream()
          .map(entry -> entry.getKey() + " " + written(entry.getValue().value()))
          .collect(Collectors.joining(", "));
    }
    return RuleDocument.scalars(value).stream()
        .map(YamlScalar::text)
        .collect(Collectors.joining(", "));
  }

  private static void line(StringBuilder text, String label, String value) {
    if (!value.isEmpty()) {
      text.append("  ")
          .append(label)
          .append(" ".repeat(LABEL - label.length()))
          .append(value)
          .append('\n');
    }
  }
}
