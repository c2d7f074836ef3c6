package io.vigie.rules.detection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of one field of one event. A list has each of its elements as a value; an object or a
 * list has its compact JSON text as one more value for text comparison.
 */
public final class FieldValues {
  private List<JsonNode> nodes;
  private @Nullable List<String> plain;
  private @Nullable List<String> texts;
  private @Nullable List<String> folded;

  FieldValues(List<JsonNode> nodes) {
    this.nodes = nodes;
  }

  /** Of the same field of another event. */
  void become(List<JsonNode> other) {
    nodes = other;
    plain = null;
    texts = null;
    folded = null;
  }

  /** As a field is that is null, and a list in which nothing is. */
  public boolean isMissing() {
    for (int i = 0; i < nodes.size(); i++) {
      if (isValue(nodes.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isValue(JsonNode node) {
    if (!node.isArray()) {
      return !node.isNull();
    }
    for (JsonNode element : node) {
      if (isValue(element)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable JsonNode onlyValue() {
    JsonNode only = nodes.size() == 1 ? nodes.get(0) : null;
    return only != null && only.isValueNode() && !only.isNull() ? only : null;
  }

  /** Of {@link #texts()} those that are no JSON texts. */
  public List<String> plainTexts() {
    if (plain == null) {
      if (nodes.isEmpty()) {
        plain = List.of();
      } else if (onlyValue() != null) {
        plain = texts();
      } else {
        List<String> collected = new ArrayList<>(nodes.size());
        for (JsonNode node : nodes) {
          collect(node, collected, false);
        }
        plain = collected;
      }
    }
    return plain;
  }

  /** Every text that a pattern may match, in its own case. */
  public List<String> texts() {
    if (texts == null) {
      JsonNode only = onlyValue();
      if (nodes.isEmpty()) {
        texts = List.of();
      } else if (only != null) {
        texts = List.of(only.asText());
      } else {
        List<String> collected = new ArrayList<>(nodes.size());
        for (JsonNode node : nodes) {
          collect(node, collected, true);
        }
        texts = collected;
      }
    }
    return texts;
  }

  /** {@link #texts()} without regard to case. */
  List<String> folded() {
    if (folded == null) {
      List<String> all = texts();
      if (all.size() == 1) {
        folded = List.of(CaseFolding.fold(all.get(0)));
      } else {
        List<String> each = new ArrayList<>(all.size());
        for (String text : all) {
          each.add(CaseFolding.fold(text));
        }
        folded = each;
      }
    }
    return folded;
  }

  /** The distinct texts, numbers and booleans, as text: what a group or a distinct count takes. */
  public Set<String> scalars() {
    Set<String> scalars = new LinkedHashSet<>();
    nodes.forEach(node -> collectScalars(node, scalars));
    return scalars;
  }

  private static void collect(JsonNode node, List<String> texts, boolean json) {
    if (!isValue(node)) {
      return;
    }
    if (node.isArray()) {
      for (JsonNode element : node) {
        collect(element, texts, json);
      }
    }
    if (!node.isContainerNode()) {
      texts.add(node.asText());
    } else if (json) {
      texts.add(jsonText(node));
    }
  }

  private static void collectScalars(JsonNode node, Set<String> scalars) {
    if (node.isArray()) {
      node.forEach(element -> collectScalars(element, scalars));
    } else if (node.isValueNode() && !node.isNull()) {
      scalars.add(node.asText());
    }
  }

  /** Compact JSON in which an embedded document reads as its author wrote it. */
  private static String jsonText(JsonNode container) {
    return container.toString().replace("\\\"", "\"");
  }
}
