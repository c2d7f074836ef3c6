package io.vigie.rules.lint;

import io.vigie.yaml.Place;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.util.List;
import java.util.stream.Stream;

/** Takes selections apart as they are written. */
final class Selections {
  private Selections() {}

  /**
   * A line of a selection.
   *
   * @param field empty for keywords
   * @param place of the field's name, or of the keyword
   */
  record Item(String field, List<String> modifiers, List<YamlScalar> values, Place place) {}

  static Stream<Item> items(YamlValue selection) {
    if (selection instanceof YamlMap map) {
      return map.entries().entrySet().stream()
          .map(
              entry -> {
                List<String> parts = List.of(entry.getKey().split("\\|", -1));
                return new Item(
                    parts.get(0),
                    parts.subList(1, parts.size()),
                    RuleDocument.scalars(entry.getValue().value()),
                    entry.getValue().place());
              });
    }
    if (selection instanceof YamlList list) {
      return list.items().stream().flatMap(Selections::items);
    }
    return selection instanceof YamlScalar scalar && scalar.value() != null
        ? Stream.of(new Item("", List.of(), List.of(scalar), scalar.place()))
        : Stream.of();
  }
}
