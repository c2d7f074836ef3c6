package io.vigie.rules;

import io.vigie.rules.correlation.CorrelationCondition;
import io.vigie.rules.correlation.CorrelationCondition.Bound;
import io.vigie.rules.correlation.CorrelationCondition.Operator;
import io.vigie.rules.correlation.CorrelationType;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.Entry;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the condition of a correlation that counts or measures. */
final class CountConditionReader {
  private static final Set<String> OTHER_KEYS = Set.of("field", "percentile");

  private final Problems.OfFile problems;
  private boolean sound = true;

  CountConditionReader(Problems.OfFile problems) {
    this.problems = problems;
  }

  /** Empty where there is a problem; all of them are reported. */
  Optional<CorrelationCondition> read(CorrelationType type, YamlMap body) {
    if (!(body.get("condition").orElse(null) instanceof YamlMap map)) {
      problems.error(
          body.placeOf("condition"),
          "NO_CONDITION",
          "a correlation of type " + type.word() + " needs a condition",
          "for example condition: {gte: 5}");
      return Optional.empty();
    }
    List<Bound> bounds = new ArrayList<>();
    for (Map.Entry<String, Entry> entry : map.entries().entrySet()) {
      if (!OTHER_KEYS.contains(entry.getKey())) {
        bound(type, entry.getKey(), entry.getValue()).ifPresent(bounds::add);
      }
    }
    List<String> fields = fields(type, map);
    int percentile = percentile(type, map);
    if (sound && bounds.isEmpty()) {
      refuse(map, "NO_BOUND", "the condition has no number", "for example gte: 5");
    }
    return sound
        ? Optional.of(new CorrelationCondition.Count(type, bounds, fields, percentile))
        : Optional.empty();
  }

  private List<String> fields(CorrelationType type, YamlMap map) {
    List<String> fields = Keys.texts(map, "field");
    if (type == CorrelationType.EVENT_COUNT && !fields.isEmpty()) {
      problems.error(
          map.placeOf("field"),
          "FIELD_NOT_COUNTED",
          "event_count counts events, not the values of a field",
          "drop 'field', or write type: value_count");
      sound = false;
    } else if (type != CorrelationType.EVENT_COUNT && fields.isEmpty()) {
      refuse(map, "NO_FIELD", type.word() + " needs the field to look at", "add field: NAME");
    } else if (type.measures() && fields.size() > 1) {
      refuse(
          map, "ONE_FIELD", type.word() + " looks at one field", "write one correlation for each");
    }
    return fields;
  }

  private int percentile(CorrelationType type, YamlMap map) {
    YamlValue written = map.get("percentile").orElse(null);
    if (type != CorrelationType.VALUE_PERCENTILE) {
      if (written != null) {
        refuse(map, "NO_PERCENTILE", type.word() + " has no percentile", "drop it");
      }
      return 0;
    }
    if (written instanceof YamlScalar scalar
        && scalar.value() instanceof Long percentile
        && percentile >= 0
        && percentile <= 100) {
      return percentile.intValue();
    }
    refuse(
        map,
        "BAD_PERCENTILE",
        "value_percentile needs a percentile from 0 to 100",
        "percentile: 95");
    return 0;
  }

  private Optional<Bound> bound(CorrelationType type, String key, Entry entry) {
    for (Operator operator : Operator.values()) {
      if (operator.name().toLowerCase(Locale.ROOT).equals(key)) {
        if (entry.value() instanceof YamlScalar scalar
            && (scalar.value() instanceof Long
                || (type.measures() && scalar.value() instanceof Double))) {
          return Optional.of(new Bound(operator, new BigDecimal(scalar.text())));
        }
        problems.error(
            entry.value().place(),
            "NOT_A_NUMBER",
            "'" + key + "' needs a " + (type.measures() ? "" : "whole ") + "number",
            "");
        sound = false;
        return Optional.empty();
      }
    }
    problems.error(
        entry.place(),
        "UNKNOWN_OPERATOR",
        "'" + key + "' is no operator",
        "one of gt, gte, lt, lte, eq, neq, field");
    sound = false;
    return Optional.empty();
  }

  private void refuse(YamlMap map, String code, String message, String suggestion) {
    problems.error(map.place(), code, message, suggestion);
    sound = false;
  }
}
