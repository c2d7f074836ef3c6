package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A field of an ECS document.
 *
 * @param shape how many values it has
 * @param allowed the only values that ECS allows; empty where any will do
 */
record EcsField(String name, EcsType type, Shape shape, Set<String> allowed) {

  enum Shape {
    ONE,
    /** ECS says that it is a list, also of one. */
    LIST,
    /** Outside ECS: a list only where there are several. */
    FREE
  }

  /** The fields that definitions may fill, by name: {@code ecs-fields.csv}. */
  static final Map<String, EcsField> ALL = load();

  /** A field of a source's own, outside ECS. */
  static EcsField own(String name, EcsType type) {
    return new EcsField(name, type, Shape.FREE, Set.of());
  }

  /** What of {@code values} this field can hold, each once. */
  List<JsonNode> accept(List<JsonNode> values) {
    List<JsonNode> accepted = new ArrayList<>(values.size());
    for (JsonNode value : values) {
      JsonNode typed = type.accept(value);
      if (typed == null || (!allowed.isEmpty() && !allowed.contains(typed.asText()))) {
        continue;
      }
      if (shape == Shape.ONE) {
        return List.of(typed);
      }
      if (!accepted.contains(typed)) {
        accepted.add(typed);
      }
    }
    return accepted;
  }

  /** As it stands in the document; null where there is nothing. */
  @Nullable JsonNode inDocument(List<JsonNode> values) {
    List<JsonNode> accepted = accept(values);
    if (accepted.isEmpty()) {
      return null;
    }
    if (shape != Shape.LIST && accepted.size() == 1) {
      return accepted.get(0);
    }
    ArrayNode array = JsonNodeFactory.instance.arrayNode(accepted.size());
    accepted.forEach(array::add);
    return array;
  }

  private static Map<String, EcsField> load() {
    Map<String, EcsField> fields = new TreeMap<>();
    try (InputStream in =
            Objects.requireNonNull(EcsField.class.getResourceAsStream("ecs-fields.csv"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines.readLine();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split(",", -1);
        fields.put(
            parts[0],
            new EcsField(
                parts[0],
                EcsType.valueOf(parts[1].toUpperCase(Locale.ROOT)),
                parts[2].equals("many") ? Shape.LIST : Shape.ONE,
                parts[3].isEmpty() ? Set.of() : Set.of(parts[3].split("\\|"))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Collections.unmodifiableMap(fields);
  }
}
