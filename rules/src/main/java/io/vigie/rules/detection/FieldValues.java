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
  private final List<JsonNode> nodes;
  private @Nullable List<String> texts;
  private @Nullable List<String> folded;

  FieldValues(List<JsonNode> nodes) {
    this.nodes = nodes;
  }

  /** As a field is that is null, and a list in which nothing is. */
  boolean isMissing() {
    return nodes.stream().noneMatch(FieldValues::isValue);
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

  /** Every text that a pattern may match, in its own case. */
  List<String> texts() {
    if (texts == null) {
      List<String> collected = new ArrayList<>(nodes.size());
      nodes.forEach(node -> collect(node, collected));
      texts = collected;
    }
    return texts;
  }

  /** {@link #texts()} without regard to case. */
  List<String> folded() {
    if (folded == null) {
      folded = texts().stream().map(CaseFolding::fold).toList();
    }
    return folded;
  }

  /** The distinct texts, numbers and booleans, as text: what a group or a distinct count takes. */
  public Set<String> scalars() {
    Set<String> scalars = new LinkedHashSet<>();
    nodes.forEach(node -> collectScalars(node, scalars));
    return scalars;
  }

  private static void collect(JsonNode node, List<String> texts) {
    if (!isValue(node)) {
      return;
    }
    if (node.isArray()) {
      node.forEach(element -> collect(element, texts));
    }
    if (node.isContainerNode()) {
      texts.add(jsonText(node));
    } else {
      texts.add(node.asText());
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
