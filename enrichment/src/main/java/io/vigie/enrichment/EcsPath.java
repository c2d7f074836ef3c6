package io.vigie.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a field stands in an ECS document in nested form. */
final class EcsPath {
  private final String name;
  private final String[] keys;

  private EcsPath(String name) {
    this.name = name;
    this.keys = name.split("\\.", -1);
  }

  /** Of a dotted name. */
  static EcsPath of(String name) {
    return new EcsPath(name);
  }

  static List<EcsPath> all(String... names) {
    return Arrays.stream(names).map(EcsPath::of).toList();
  }

  /** The dotted names of these. */
  static Set<String> names(Collection<EcsPath> paths) {
    return paths.stream().map(EcsPath::name).collect(Collectors.toUnmodifiableSet());
  }

  static Set<String> names(Collection<EcsPath> some, Collection<EcsPath> others) {
    Set<String> names = new HashSet<>(names(some));
    names.addAll(names(others));
    return Set.copyOf(names);
  }

  String name() {
    return name;
  }

  /** The value; null where there is none. */
  @Nullable JsonNode node(ObjectNode ecs) {
    JsonNode at = ecs;
    for (String key : keys) {
      at = at.get(key);
      if (at == null) {
        return null;
      }
    }
    return at.isNull() ? null : at;
  }

  boolean isIn(ObjectNode ecs) {
    return node(ecs) != null;
  }

  /** The text, number or boolean, of a list the first; null where there is none or a blank. */
  @Nullable String text(ObjectNode ecs) {
    JsonNode node = node(ecs);
    if (node != null && node.isArray()) {
      node = node.get(0);
    }
    return node == null || !node.isValueNode() || node.asText().isBlank() ? null : node.asText();
  }

  /** All texts, numbers and booleans of the field, those of lists and of objects in lists too. */
  List<String> texts(ObjectNode ecs) {
    JsonNode first = ecs.get(keys[0]);
    if (first == null) {
      return List.of();
    }
    if (keys.length == 1 && first.isTextual()) {
      return List.of(first.asText());
    }
    List<String> found = new ArrayList<>(2);
    collect(first, 1, found);
    return found;
  }

  private void collect(JsonNode node, int depth, List<String> out) {
    if (node.isArray()) {
      node.forEach(each -> collect(each, depth, out));
    } else if (depth < keys.length) {
      JsonNode next = node.get(keys[depth]);
      if (next != null) {
        collect(next, depth + 1, out);
      }
    } else if (node.isValueNode() && !node.isNull() && !node.asText().isBlank()) {
      out.add(node.asText());
    }
  }

  /**
   * Puts a value where there is none yet.
   *
   * @param value nothing is put where it is null
   */
  void add(ObjectNode ecs, @Nullable JsonNode value) {
    if (value == null || value.isNull() || value.isMissingNode()) {
      return;
    }
    // An object on the way that would stay empty must not be made.
    JsonNode at = ecs;
    for (int i = 0; i < keys.length && at != null; i++) {
      at = at.get(keys[i]);
      if (at != null && (i == keys.length - 1 || !at.isObject())) {
        return;
      }
    }
    ObjectNode object = ecs;
    for (int i = 0; i < keys.length - 1; i++) {
      object = object.withObjectProperty(keys[i]);
    }
    object.set(keys[keys.length - 1], value);
  }

  void add(ObjectNode ecs, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      add(ecs, TextNode.valueOf(value));
    }
  }

  void add(ObjectNode ecs, Collection<String> values) {
    if (!values.isEmpty()) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode(values.size());
      values.forEach(list::add);
      add(ecs, list);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
