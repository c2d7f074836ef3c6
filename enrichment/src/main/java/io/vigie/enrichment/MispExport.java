package io.vigie.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Rows of {@code indicators} from a MISP JSON export: the attributes that are meant for detection
 * ({@code to_ids}), those of objects too.
 *
 * @see <a href="https://www.misp-standard.org/rfc/misp-standard-core.html">MISP core format</a>
 */
public final class MispExport {
  /** Of a type in two parts each that tells something by itself. */
  private static final Map<String, List<String>> TYPES =
      Map.ofEntries(
          Map.entry("ip-src", List.of("ip")),
          Map.entry("ip-dst", List.of("ip")),
          Map.entry("ip-src|port", List.of("ip", "")),
          Map.entry("ip-dst|port", List.of("ip", "")),
          Map.entry("domain", List.of("domain")),
          Map.entry("hostname", List.of("domain")),
          Map.entry("hostname|port", List.of("domain", "")),
          Map.entry("domain|ip", List.of("domain", "ip")),
          Map.entry("url", List.of("url")),
          Map.entry("md5", List.of("hash")),
          Map.entry("sha1", List.of("hash")),
          Map.entry("sha256", List.of("hash")),
          Map.entry("filename|md5", List.of("", "hash")),
          Map.entry("filename|sha1", List.of("", "hash")),
          Map.entry("filename|sha256", List.of("", "hash")),
          Map.entry("email", List.of("email")),
          Map.entry("email-src", List.of("email")),
          Map.entry("email-dst", List.of("email")));

  /** https://www.misp-project.org/taxonomies.html#_misp */
  private static final Map<String, Integer> CONFIDENCE =
      Map.of(
          "completely-confident", 100,
          "usually-confident", 75,
          "fairly-confident", 50,
          "rarely-confident", 25,
          "unconfident", 0);

  private static final String CONFIDENCE_TAG = "misp:confidence-level=";

  private MispExport() {}

  public static boolean isOne(JsonNode root) {
    return root.has("Event") || root.path("response").path(0).has("Event");
  }

  /**
   * Takes the export apart.
   *
   * @param root one event, or the answer of a search
   * @param out takes the rows
   * @param bad takes what cannot be looked up: the attribute's UUID, and why
   */
  public static void read(JsonNode root, Consumer<ObjectNode> out, BiConsumer<String, String> bad) {
    if (root.has("Event")) {
      event(root.path("Event"), out, bad);
    }
    root.path("response").forEach(each -> event(each.path("Event"), out, bad));
  }

  private static void event(
      JsonNode event, Consumer<ObjectNode> out, BiConsumer<String, String> bad) {
    event.path("Attribute").forEach(attribute -> attribute(event, attribute, out, bad));
    for (JsonNode object : event.path("Object")) {
      object.path("Attribute").forEach(attribute -> attribute(event, attribute, out, bad));
    }
  }

  private static void attribute(
      JsonNode event,
      JsonNode attribute,
      Consumer<ObjectNode> out,
      BiConsumer<String, String> bad) {
    if (!attribute.path("to_ids").asBoolean() || attribute.path("deleted").asBoolean()) {
      return;
    }
    String type = attribute.path("type").asText();
    List<String> parts = TYPES.get(type);
    String[] values = attribute.path("value").asText().split("\\|", -1);
    if (parts == null) {
      bad.accept(
          attribute.path("uuid").asText(),
          "it is a " + type + ", not an address, domain, URL, hash or e-mail");
      return;
    }
    // A URL may have a bar of its own.
    if (parts.size() == 1) {
      out.accept(row(event, attribute, parts.get(0), attribute.path("value").asText()));
      return;
    }
    for (int i = 0; i < Math.min(parts.size(), values.length); i++) {
      if (!parts.get(i).isEmpty()) {
        out.accept(row(event, attribute, parts.get(i), values[i]));
      }
    }
  }

  private static ObjectNode row(JsonNode event, JsonNode attribute, String type, String value) {
    ObjectNode row = JsonNodeFactory.instance.objectNode().put("type", type).put("value", value);
    String author = event.path("Orgc").path("name").asText();
    Rows.put(row, "source", author.isEmpty() ? "MISP" : author);
    Rows.put(row, "name", event.path("info").asText());
    Rows.put(row, "description", attribute.path("comment").asText());
    Rows.put(row, "first_seen", attribute.path("first_seen").asText(""));
    Rows.put(row, "last_seen", attribute.path("last_seen").asText(""));
    long changed = attribute.path("timestamp").asLong();
    if (row.has("first_seen")) {
      row.put("valid_from", row.path("first_seen").asText());
    } else if (changed > 0) {
      row.put("valid_from", Instant.ofEpochSecond(changed).toString());
    }
    // What is said of the attribute itself is said last.
    event.path("Tag").forEach(tag -> tag(tag, row));
    attribute.path("Tag").forEach(tag -> tag(tag, row));
    return row;
  }

  private static void tag(JsonNode tag, ObjectNode row) {
    String name = tag.path("name").asText().toLowerCase(Locale.ROOT);
    if (name.startsWith("tlp:")) {
      row.put("tlp", name.substring("tlp:".length()).toUpperCase(Locale.ROOT));
    } else if (name.startsWith(CONFIDENCE_TAG)) {
      Integer confidence =
          CONFIDENCE.get(name.substring(CONFIDENCE_TAG.length()).replace("\"", ""));
      if (confidence != null) {
        row.put("confidence", confidence);
      }
    }
  }
}
