package io.vigie.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows of {@code indicators} from a STIX 2.1 bundle: its indicators whose pattern says that one
 * value, or one of several, is bad.
 *
 * @see <a href="https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html">STIX 2.1</a>
 */
public final class StixBundle {
  private static final Map<String, String> TYPES =
      Map.of(
          "ipv4-addr:value", "ip",
          "ipv6-addr:value", "ip",
          "domain-name:value", "domain",
          "url:value", "url",
          "email-addr:value", "email",
          "email-message:from_ref.value", "email",
          "email-message:sender_ref.value", "email",
          "file:hashes.md5", "hash",
          "file:hashes.sha-1", "hash",
          "file:hashes.sha-256", "hash");

  private static final Pattern TEXT = Pattern.compile("'(?:[^'\\\\]|\\\\.)*+'");

  /** {@code object:path =} before a text, and what may stand before the next in a list. */
  private static final Pattern COMPARED =
      Pattern.compile("([a-z0-9-]+:[A-Za-z0-9_.-]+)\\s*(?:=|IN\\s*\\()\\s*$");

  private static final Pattern COMBINED =
      Pattern.compile(
          "\\b(?:AND|NOT|FOLLOWEDBY|REPEATS|LIKE|MATCHES|ISSUBSET|ISSUPERSET)\\b|[<>!]");

  private StixBundle() {}

  public static boolean isOne(JsonNode root) {
    return root.path("type").asText().equals("bundle") && root.path("objects").isArray();
  }

  /**
   * Takes the bundle apart.
   *
   * @param out takes the rows
   * @param bad takes what cannot be looked up: the id, and why
   */
  public static void read(
      JsonNode bundle, Consumer<ObjectNode> out, BiConsumer<String, String> bad) {
    Map<String, String> names = new HashMap<>();
    for (JsonNode object : bundle.path("objects")) {
      String name = object.path("name").asText();
      String tlp = object.path("definition").path("tlp").asText();
      names.put(object.path("id").asText(), tlp.isEmpty() ? name : "TLP:" + tlp);
    }
    for (JsonNode object : bundle.path("objects")) {
      if (object.path("type").asText().equals("indicator") && !object.path("revoked").asBoolean()) {
        String id = object.path("id").asText();
        List<ObjectNode> rows = new ArrayList<>();
        String why = rows(object, names, rows);
        if (why.isEmpty()) {
          rows.forEach(out);
        } else {
          bad.accept(id, why);
        }
      }
    }
  }

  /** Empty, or why there are no rows. */
  private static String rows(JsonNode indicator, Map<String, String> names, List<ObjectNode> out) {
    String language = indicator.path("pattern_type").asText("stix");
    if (!language.equals("stix")) {
      return "its pattern is in " + language + ", not in stix";
    }
    String pattern = indicator.path("pattern").asText();
    // Words in texts are no operators, and a quoted key is a key.
    String keyed = pattern.replaceAll("\\.'([A-Za-z0-9-]+)'", ".$1");
    if (COMBINED.matcher(TEXT.matcher(keyed).replaceAll("''")).find()) {
      return "its pattern asks for more than one of some values";
    }
    Matcher texts = TEXT.matcher(keyed);
    String field = "";
    int end = 0;
    while (texts.find()) {
      Matcher compared = COMPARED.matcher(keyed.substring(end, texts.start()));
      field = compared.find() ? compared.group(1) : field;
      end = texts.end();
      String type = TYPES.get(Rows.key(field));
      if (type == null) {
        return "it is about " + field + ", not about an address, domain, URL, hash or e-mail";
      }
      String text = texts.group();
      out.add(
          row(
              indicator,
              names,
              type,
              text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1")));
    }
    return out.isEmpty() ? "it has no pattern" : "";
  }

  private static ObjectNode row(
      JsonNode indicator, Map<String, String> names, String type, String value) {
    ObjectNode row = JsonNodeFactory.instance.objectNode().put("type", type).put("value", value);
    String author = names.getOrDefault(indicator.path("created_by_ref").asText(), "");
    Rows.put(row, "source", author.isEmpty() ? "STIX" : author);
    for (String same : List.of("name", "description", "valid_from", "valid_until")) {
      Rows.put(row, same, indicator.path(same).asText());
    }
    if (indicator.path("confidence").isInt()) {
      row.put("confidence", indicator.path("confidence").asInt());
    }
    Rows.put(row, "reference", indicator.path("external_references").path(0).path("url").asText());
    for (JsonNode marking : indicator.path("object_marking_refs")) {
      String name = names.getOrDefault(marking.asText(), "");
      if (name.startsWith("TLP:")) {
        row.put("tlp", name.substring(4).toUpperCase(Locale.ROOT));
      }
    }
    return row;
  }
}
