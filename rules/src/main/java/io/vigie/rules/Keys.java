package io.vigie.rules;

import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the keys of a rule file's maps. */
final class Keys {
  private Keys() {}

  /** Warns of every key that is not among the known ones. */
  static void check(YamlMap map, Set<String> known, Problems.OfFile problems) {
    for (String key : map.entries().keySet()) {
      if (!known.contains(key)) {
        problems.warn(
            map.placeOf(key),
            "UNKNOWN_KEY",
            "the key '" + key + "' is not known and has no effect",
            key.equals("condition")
                ? "indent it, below 'detection' or 'correlation'"
                : Problems.didYouMean(key, known));
      }
    }
  }

  /** The text of a plain value; empty where there is none. */
  static String text(YamlMap map, String key) {
    String text = nullableText(map, key);
    return text == null ? "" : text;
  }

  /** The text of a plain value; null where there is none. */
  static @Nullable String nullableText(YamlMap map, String key) {
    return map.get(key).orElse(null) instanceof YamlScalar scalar && scalar.value() != null
        ? scalar.text()
        : null;
  }

  /** The texts of a list, or of one plain value. */
  static List<String> texts(YamlMap map, String key) {
    YamlValue value = map.get(key).orElse(null);
    if (value instanceof YamlList list) {
      return list.items().stream()
          .filter(YamlScalar.class::isInstance)
          .map(item -> ((YamlScalar) item).text())
          .toList();
    }
    String text = nullableText(map, key);
    return text == null ? List.of() : List.of(text);
  }
}
