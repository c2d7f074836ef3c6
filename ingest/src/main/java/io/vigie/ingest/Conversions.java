package io.vigie.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The functions that a definition may name under {@code with}. */
final class Conversions {

  /** Turns a source's value into an ECS field's. Total: what it cannot convert has no value. */
  @FunctionalInterface
  interface Conversion {
    @Nullable JsonNode convert(JsonNode value);
  }

  private static final Pattern HOST =
      Pattern.compile(
          "(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}\\.)+[A-Za-z][A-Za-z0-9-]{0,62}");

  static final Conversion JSON = Conversions::json;

  /** All there are, by name. */
  static final Map<String, Conversion> ALL =
      Collections.unmodifiableMap(
          new TreeMap<>(
              Map.<String, Conversion>ofEntries(
                  Map.entry("after-slash", Conversions::afterSlash),
                  Map.entry("boolean", EcsType.BOOLEAN::accept),
                  Map.entry("date", EcsType.DATE::accept),
                  Map.entry("domain", Conversions::domain),
                  Map.entry("ip", EcsType.IP::accept),
                  Map.entry("json", JSON),
                  Map.entry("long", EcsType.LONG::accept),
                  Map.entry("lowercase", Conversions::lowercase),
                  Map.entry("tls-protocol", value -> tls(value, 1)),
                  Map.entry("tls-version", value -> tls(value, 2)))));

  private static final Pattern TLS =
      Pattern.compile("(tls|ssl)[ _]?v?([0-9](?:[._][0-9])?)", Pattern.CASE_INSENSITIVE);

  private Conversions() {}

  /** What stands behind the last slash: the name in an ARN. */
  private static @Nullable JsonNode afterSlash(JsonNode value) {
    String text = value.isTextual() ? value.textValue() : "";
    int slash = text.lastIndexOf('/');
    return slash < 0 || slash == text.length() - 1
        ? null
        : TextNode.valueOf(text.substring(slash + 1));
  }

  /** A host name with at least one dot; no address, and no words. */
  private static @Nullable JsonNode domain(JsonNode value) {
    String text = value.isTextual() ? value.textValue().strip() : "";
    return HOST.matcher(text).matches() ? TextNode.valueOf(text.toLowerCase(Locale.ROOT)) : null;
  }

  /** An object or array as its compact JSON text, anything else as its text. */
  static @Nullable JsonNode json(JsonNode value) {
    if (!value.isContainerNode()) {
      return EcsType.KEYWORD.accept(value);
    }
    try {
      return TextNode.valueOf(StrictJson.MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static @Nullable JsonNode lowercase(JsonNode value) {
    return value.isTextual() ? TextNode.valueOf(value.textValue().toLowerCase(Locale.ROOT)) : null;
  }

  /** {@code TLSv1.2}, {@code TLSV1.2}, {@code TLS 1.2} and {@code tls1_2} are tls and 1.2. */
  private static @Nullable JsonNode tls(JsonNode value, int group) {
    Matcher parts = TLS.matcher(value.isTextual() ? value.textValue() : "");
    if (!parts.matches()) {
      return null;
    }
    return TextNode.valueOf(parts.group(group).toLowerCase(Locale.ROOT).replace('_', '.'));
  }
}
