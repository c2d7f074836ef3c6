package io.vigie.rules;

import io.vigie.rules.correlation.CorrelationType;
import io.vigie.rules.correlation.CountCondition;
import io.vigie.rules.correlation.CountCondition.Bound;
import io.vigie.rules.correlation.CountCondition.Operator;
import io.vigie.yaml.Problems;
import io.vigie.yaml.Timespan;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the {@code correlation} part of a rule. Source: Sigma correlations 2.1.0. */
final class CorrelationReader {
  private static final Set<String> CORRELATION_KEYS =
      Set.of("type", "rules", "group-by", "timespan", "condition", "generate", "suppress");

  private final Problems.OfFile problems;

  CorrelationReader(Problems.OfFile problems) {
    this.problems = problems;
  }

  /** Empty where there is a problem; all of them are reported. */
  Optional<Rule> read(RuleHeader header, YamlMap body) {
    Keys.check(body, CORRELATION_KEYS, problems);
    Optional<CorrelationType> type = type(body);
    Optional<Duration> timespan = timespan(body, "timespan");
    List<String> named = Keys.texts(body, "rules");
    if (named.isEmpty()) {
      problems.error(body.placeOf("rules"), "NO_RULES", "'rules' names no rule", "");
    }
    if (Set.copyOf(named).size() < named.size()) {
      problems.error(
          body.placeOf("rules"),
          "RULE_NAMED_TWICE",
          "'rules' names a rule twice",
          "count it with an event_count correlation and name that one");
      return Optional.empty();
    }
    Optional<Optional<CountCondition>> condition = type.flatMap(t -> condition(t, body));
    Optional<Duration> suppress =
        body.get("suppress").isPresent() ? timespan(body, "suppress") : timespan;
    if (type.isEmpty()
        || timespan.isEmpty()
        || named.isEmpty()
        || condition.isEmpty()
        || suppress.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Rule.Correlation(
            header,
            type.get(),
            named,
            Keys.texts(body, "group-by"),
            timespan.get(),
            condition.get().orElse(null),
            body.get("generate").map(YamlValue::plain).filter(Boolean.TRUE::equals).isPresent(),
            suppress.get()));
  }

  private Optional<CorrelationType> type(YamlMap body) {
    String written = Keys.text(body, "type");
    Optional<CorrelationType> type = CorrelationType.of(written);
    if (type.isEmpty()) {
      String near = Problems.didYouMean(written, CorrelationType.words());
      problems.error(
          body.placeOf("type"),
          "UNKNOWN_CORRELATION_TYPE",
          "'" + written + "' is no correlation type",
          near.isEmpty() ? "one of " + String.join(", ", CorrelationType.words()) : near);
    }
    return type;
  }

  private Optional<Duration> timespan(YamlMap body, String key) {
    Optional<Duration> span = Timespan.parse(Keys.text(body, key)).filter(s -> !s.isZero());
    if (span.isEmpty()) {
      problems.error(
          body.placeOf(key),
          "BAD_TIMESPAN",
          "'" + key + "' must be a span of time",
          "for example 30s, 10m, 12h or 7d");
    }
    return span;
  }

  /** Empty where there is a problem; an empty condition where the type has none. */
  private Optional<Optional<CountCondition>> condition(CorrelationType type, YamlMap body) {
    YamlValue written = body.get("condition").orElse(null);
    if (!type.counts()) {
      if (written != null) {
        problems.error(
            body.placeOf("condition"),
            "CONDITION_NOT_COUNTING",
            "a correlation of type " + type.word() + " has no condition",
            "drop it, or count with an event_count correlation");
        return Optional.empty();
      }
      return Optional.of(Optional.empty());
    }
    if (!(written instanceof YamlMap map)) {
      problems.error(
          body.placeOf("condition"),
          "NO_CONDITION",
          "a correlation of type " + type.word() + " needs a condition",
          "for example condition: {gte: 5}");
      return Optional.empty();
    }
    List<Bound> bounds = new ArrayList<>();
    boolean sound = true;
    for (Map.Entry<String, YamlValue.Entry> entry : map.entries().entrySet()) {
      if (!entry.getKey().equals("field")) {
        Optional<Bound> bound = bound(entry.getKey(), entry.getValue());
        bound.ifPresent(bounds::add);
        sound &= bound.isPresent();
      }
    }
    List<String> counted = Keys.texts(map, "field");
    if (type == CorrelationType.EVENT_COUNT && !counted.isEmpty()) {
      problems.error(
          map.placeOf("field"),
          "FIELD_NOT_COUNTED",
          "event_count counts events, not the values of a field",
          "drop 'field', or write type: value_count");
      sound = false;
    }
    if (sound && bounds.isEmpty()) {
      problems.error(map.place(), "NO_BOUND", "the condition has no number", "for example gte: 5");
      sound = false;
    }
    if (type == CorrelationType.VALUE_COUNT && counted.isEmpty()) {
      problems.error(
          map.place(), "NO_FIELD", "value_count needs the field to count", "add field: NAME");
      sound = false;
    }
    return sound ? Optional.of(Optional.of(new CountCondition(bounds, counted))) : Optional.empty();
  }

  private Optional<Bound> bound(String key, YamlValue.Entry entry) {
    for (Operator operator : Operator.values()) {
      if (operator.name().toLowerCase(Locale.ROOT).equals(key)) {
        if (entry.value() instanceof YamlScalar scalar && scalar.value() instanceof Long number) {
          return Optional.of(new Bound(operator, number));
        }
        problems.error(
            entry.value().place(), "NOT_A_NUMBER", "'" + key + "' needs a whole number", "");
        return Optional.empty();
      }
    }
    problems.error(
        entry.place(),
        "UNKNOWN_OPERATOR",
        "'" + key + "' is no operator",
        "one of gt, gte, lt, lte, eq, neq, field");
    return Optional.empty();
  }
}
