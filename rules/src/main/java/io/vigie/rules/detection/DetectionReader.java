package io.vigie.rules.detection;

import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compiles the {@code detection} part of a rule: named selections and the condition over them. */
public final class DetectionReader {
  private DetectionReader() {}

  /**
   * Empty where there is a problem; all of them are reported. {@link Predicate#never} where a list
   * of values is not there.
   */
  public static Optional<Predicate> read(
      YamlMap detection, Fields fields, Placeholders placeholders, Problems.OfFile problems) {
    SelectionReader reader = new SelectionReader(fields, placeholders, problems);
    Map<String, Predicate> selections = new LinkedHashMap<>();
    boolean complete = true;
    for (Map.Entry<String, YamlValue.Entry> named : detection.entries().entrySet()) {
      if (named.getKey().equals("condition") || named.getKey().equals("timeframe")) {
        continue;
      }
      Optional<Predicate> selection = reader.read(named.getValue().value());
      selection.ifPresent(predicate -> selections.put(named.getKey(), predicate));
      complete &= selection.isPresent();
    }
    List<YamlScalar> conditions = conditions(detection, problems);
    if (!complete || conditions.isEmpty()) {
      return Optional.empty();
    }
    List<Predicate> alternatives = new ArrayList<>();
    for (YamlScalar condition : conditions) {
      ConditionReader.read(
              condition.text(), selections, Predicate.OPERATORS, condition.place(), problems)
          .ifPresent(alternatives::add);
    }
    if (alternatives.size() < conditions.size()) {
      return Optional.empty();
    }
    if (reader.lacksList()) {
      return Optional.of(Predicate.never());
    }
    return Optional.of(
        alternatives.size() == 1 ? alternatives.get(0) : new Predicate.Or(alternatives));
  }

  private static List<YamlScalar> conditions(YamlMap detection, Problems.OfFile problems) {
    YamlValue value = detection.get("condition").orElse(null);
    List<YamlValue> items =
        value instanceof YamlList list ? list.items() : value == null ? List.of() : List.of(value);
    List<YamlScalar> conditions = new ArrayList<>();
    for (YamlValue item : items) {
      if (item instanceof YamlScalar scalar && scalar.value() != null) {
        conditions.add(scalar);
      }
    }
    if (conditions.isEmpty() || conditions.size() < items.size()) {
      problems.error(
          detection.placeOf("condition"),
          "NO_CONDITION",
          "the detection needs a condition over its selections",
          "for example condition: selection");
      return List.of();
    }
    return conditions;
  }
}
