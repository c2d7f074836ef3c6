package io.vigie.rules.lint;

import io.vigie.ingest.LogSource;
import io.vigie.yaml.Problems;
import io.vigie.yaml.Timespan;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Correlations whose window, groups or names are not what their author may think. */
final class CorrelationCheck implements Check {
  /** Log sources that give whole seconds say no more of what lies within one. */
  private static final Duration RESOLUTION = Duration.ofSeconds(1);

  /** At one match a second more than this is worth a thought. */
  private static final long MUCH_STATE = 1_000_000_000;

  @Override
  public void check(RuleDocument document, RuleDocuments all, Problems.OfFile problems) {
    if (document.isDetection()) {
      detection(document, all, problems);
    }
    if (document.correlation().isPresent()) {
      correlation(document, document.correlation().get(), all, problems);
    }
    sharedName(document, all, problems);
  }

  private static void detection(
      RuleDocument document, RuleDocuments all, Problems.OfFile problems) {
    document
        .detection()
        .filter(detection -> detection.get("timeframe").isPresent())
        .ifPresent(
            detection ->
                problems.warn(
                    detection.placeOf("timeframe"),
                    "TIMEFRAME",
                    "'timeframe' is not part of Sigma any more and has no effect",
                    "write a correlation with a timespan"));
    boolean besideCorrelation =
        all.all().stream()
            .anyMatch(
                other -> other.file().equals(document.file()) && other.correlation().isPresent());
    if (besideCorrelation
        && document.map().get("name").isPresent()
        && all.users(document).isEmpty()) {
      problems.note(
          document.map().placeOf("name"),
          "NAMED_BY_NOBODY",
          "no correlation names '" + document.name() + "', so it alerts by itself",
          "name it in a correlation's rules, or drop it");
    }
  }

  private static void correlation(
      RuleDocument document, YamlMap correlation, RuleDocuments all, Problems.OfFile problems) {
    boolean keepsMatches = !RuleDocument.text(correlation, "type").equals("new_terms");
    boolean oneIsMeant = correlation.get("group-by").filter(YamlList.class::isInstance).isPresent();
    if (keepsMatches && !oneIsMeant && RuleDocument.scalars(correlation, "group-by").isEmpty()) {
      problems.warn(
          correlation.placeOf("group-by"),
          "ONE_GROUP",
          "without group-by all matches are one group, decided by one core",
          "for example group-by: [source.ip], or group-by: [] where one group is meant");
    }
    Set<LogSource> sources = all.sources(document);
    Optional<Duration> timespan = Timespan.parse(RuleDocument.text(correlation, "timespan"));
    if (timespan.isEmpty() || sources.isEmpty()) {
      return;
    }
    Duration lateness = StateEstimate.lateness(sources);
    if (timespan.get().compareTo(RESOLUTION) <= 0) {
      problems.warn(
          correlation.placeOf("timespan"),
          "SHORT_TIMESPAN",
          "many log sources give whole seconds, so a timespan of one holds one instant only",
          "2s or more");
    } else if (timespan.get().compareTo(lateness) < 0) {
      problems.note(
          correlation.placeOf("timespan"),
          "ALERT_WAITS",
          "events of %s may be %s late, so an alert comes that much after the last event"
              .formatted(slowest(sources, lateness), Timespan.text(lateness)),
          "");
    }
    StateEstimate state = StateEstimate.of(timespan.get(), sources);
    if (keepsMatches && state.bytes(60) > MUCH_STATE) {
      problems.note(
          correlation.placeOf("timespan"),
          "MUCH_STATE",
          state.text(),
          "shorten the timespan, or make the named rules rarer");
    }
  }

  private static String slowest(Set<LogSource> sources, Duration lateness) {
    return sources.stream()
        .filter(source -> source.lateness().equals(lateness))
        .map(LogSource::id)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static void sharedName(
      RuleDocument document, RuleDocuments all, Problems.OfFile problems) {
    String name = RuleDocument.text(document.map(), "name");
    if (name.isEmpty()) {
      return;
    }
    RuleDocument first = all.called(name).get(0);
    if (!first.key().equals(document.key())) {
      problems.warn(
          document.map().placeOf("name"),
          "DUPLICATE_NAME",
          "the name '" + name + "' is taken by " + first.file(),
          "give each rule its own: other files find only the first");
    }
  }
}
