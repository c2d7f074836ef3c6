package io.vigie.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** How rows of reference data are read. */
final class Rows {
  private Rows() {}

  /** A list; one text, as CSV files have it, is a list that bars or semicolons divide. */
  static List<String> texts(JsonNode row, String field) {
    JsonNode node = row.path(field);
    Stream<String> texts =
        node.isArray()
            ? StreamSupport.stream(node.spliterator(), false).map(JsonNode::asText)
            : Stream.of(node.asText("").split("[|;]"));
    return texts.map(String::strip).filter(text -> !text.isEmpty()).distinct().toList();
  }

  /** Equal for the ways in which logs write one name. */
  static String key(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }

  /** Puts a text where there is one. */
  static void put(ObjectNode row, String field, String text) {
    if (!text.isBlank()) {
      row.put(field, text.strip());
    }
  }
}
