package io.vigie.rules.lint;

import io.vigie.ingest.LogSource;
import io.vigie.rules.detection.Predicate;
import io.vigie.yaml.Place;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One document of a rule file: its text with places, and what it means where it has a meaning.
 *
 * @param position in its file, from 0
 * @param sources that a detection rule or a filter is about; none for other documents
 * @param selections of a detection rule or a filter, in the file's order
 * @param conditions of a detection rule or a filter
 */
record RuleDocument(
    String file,
    int position,
    YamlMap map,
    List<LogSource> sources,
    List<Part> selections,
    List<Part> conditions) {

  /**
   * A named selection, or a condition.
   *
   * @param name of the selection; the text of the condition
   * @param place of its name, or of the condition
   * @param predicate null where it has problems
   */
  record Part(String name, Place place, YamlValue value, @Nullable Predicate predicate) {}

  /** Tells documents apart. */
  String key() {
    return file + "#" + position;
  }

  String id() {
    String id = text(map, "id");
    return id.isEmpty() ? text(map, "name") : id;
  }

  String name() {
    String name = text(map, "name");
    return name.isEmpty() ? text(map, "id") : name;
  }

  boolean isDetection() {
    return map.get("detection").isPresent();
  }

  Optional<YamlMap> detection() {
    return map(map, "detection");
  }

  Optional<YamlMap> correlation() {
    return map(map, "correlation");
  }

  /** What other documents may call it. */
  List<String> calls() {
    return Stream.of(text(map, "name"), text(map, "id"))
        .filter(call -> !call.isEmpty())
        .distinct()
        .toList();
  }

  static Optional<YamlMap> map(YamlMap map, String key) {
    return map.get(key).filter(YamlMap.class::isInstance).map(YamlMap.class::cast);
  }

  /** The text of a plain value; empty where there is none. */
  static String text(YamlMap map, String key) {
    return map.get(key).orElse(null) instanceof YamlScalar scalar && scalar.value() != null
        ? scalar.text()
        : "";
  }

  /** The plain values of a list, or the one plain value. */
  static List<YamlScalar> scalars(YamlMap map, String key) {
    return map.get(key).map(RuleDocument::scalars).orElse(List.of());
  }

  /** The plain values of a list, or the one plain value. */
  static List<YamlScalar> scalars(YamlValue value) {
    List<YamlValue> items = value instanceof YamlList list ? list.items() : List.of(value);
    return items.stream()
        .filter(YamlScalar.class::isInstance)
        .map(YamlScalar.class::cast)
        .filter(scalar -> scalar.value() != null)
        .toList();
  }
}
