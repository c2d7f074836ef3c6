package io.vigie.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
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

  private static final Set<String> NOTHING = Set.of("", "-", "<NA>", "N/A", "null");

  static final Conversion JSON = Conversions::json;
  static final Conversion KNOWN = Conversions::known;

  /** All there are, by name. */
  static final Map<String, Conversion> ALL =
      Collections.unmodifiableMap(
          new TreeMap<>(
              Map.<String, Conversion>ofEntries(
                  Map.entry("after-slash", Conversions::afterSlash),
                  Map.entry("client-ip", Conversions::clientIp),
                  Map.entry("boolean", EcsType.BOOLEAN::accept),
                  Map.entry("date", EcsType.DATE::accept),
                  Map.entry("domain", Conversions::domain),
                  Map.entry("hyphenated", Conversions::hyphenated),
                  Map.entry("ip", EcsType.IP::accept),
                  Map.entry("json", JSON),
                  Map.entry("known", KNOWN),
                  Map.entry("long", EcsType.LONG::accept),
                  Map.entry("lowercase", Conversions::lowercase),
                  Map.entry("mac", Conversions::mac),
                  Map.entry("millis-to-nanos", value -> scaled(value, 1_000_000)),
                  Map.entry("port", Conversions::port),
                  Map.entry("reverse-lookup-ip", Conversions::reverseLookupIp),
                  Map.entry("seconds-to-nanos", value -> scaled(value, 1_000_000_000)),
                  Map.entry("tls-protocol", value -> tls(value, 1)),
                  Map.entry("tls-version", value -> tls(value, 2)),
                  Map.entry("uppercase", Conversions::uppercase),
                  Map.entry("url-domain", value -> url(value, UrlPart.DOMAIN)),
                  Map.entry("url-fragment", value -> url(value, UrlPart.FRAGMENT)),
                  Map.entry("url-path", value -> url(value, UrlPart.PATH)),
                  Map.entry("url-port", value -> url(value, UrlPart.PORT)),
                  Map.entry("url-query", value -> url(value, UrlPart.QUERY)),
                  Map.entry("url-scheme", value -> url(value, UrlPart.SCHEME)))));

  private static final int MAX_PROXIES = 100;

  /** RFC 1918, 6598 and 4193, and what is local to a host or link. */
  private static final Pattern PRIVATE =
      Pattern.compile(
          "10\\.|127\\.|169\\.254\\.|192\\.168\\.|172\\.(1[6-9]|2\\d|3[01])\\."
              + "|100\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\.|::1$|(?i:f[cd]|fe[89ab])");

  private static final Pattern TLS =
      Pattern.compile("(tls|ssl)[ _]?v?([0-9])(?:[._]?([0-9]))?", Pattern.CASE_INSENSITIVE);

  /** RFC 3986, appendix B, with the authority taken apart. */
  private static final Pattern URL =
      Pattern.compile(
          "(?:([A-Za-z][A-Za-z0-9+.-]*):(?=//))?"
              + "(?://(?:[^/?#@]*@)?(\\[[^]/?#]*]|[^/?#:]*)(?::([0-9]*))?)?"
              + "([^?#]*)(?:\\?([^#]*))?(?:#(.*))?",
          Pattern.DOTALL);

  private static final Pattern PORT = Pattern.compile("(?:\\[[^]]*]|[^:]*):([0-9]{1,5})");

  private static final Pattern REVERSE =
      Pattern.compile(
          "(?:([0-9]{1,3}(?:\\.[0-9]{1,3}){3})\\.in-addr|([0-9a-f](?:\\.[0-9a-f]){31})\\.ip6)\\.arpa\\.?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern MAC =
      Pattern.compile("([0-9A-Fa-f]{2})(?:[:-]?([0-9A-Fa-f]{2})){5}");

  /** With the group of {@link #URL} that holds it. */
  private enum UrlPart {
    SCHEME(1),
    DOMAIN(2),
    PORT(3),
    PATH(4),
    QUERY(5),
    FRAGMENT(6);

    private final int group;

    UrlPart(int group) {
      this.group = group;
    }
  }

  private Conversions() {}

  /** One after the other; what one of them cannot convert has no value. */
  static @Nullable Conversion chain(List<Conversion> steps) {
    if (steps.size() < 2) {
      return steps.isEmpty() ? null : steps.get(0);
    }
    return value -> {
      JsonNode at = value;
      for (Conversion step : steps) {
        at = at == null ? null : step.convert(at);
      }
      return at;
    };
  }

  /** The date that a time in this format is. */
  static Conversion date(TimeFormat format) {
    return value -> {
      OptionalLong millis = format.millis(value);
      return millis.isPresent() ? TextNode.valueOf(TimeFormat.text(millis.getAsLong())) : null;
    };
  }

  /** What the first group of the pattern finds, or the whole of what it finds. */
  static Conversion extract(com.google.re2j.Pattern pattern) {
    int group = Math.min(1, pattern.groupCount());
    return value -> {
      JsonNode text = EcsType.KEYWORD.accept(value);
      if (text == null) {
        return null;
      }
      com.google.re2j.Matcher found = pattern.matcher(text.textValue());
      String part = found.find() ? found.group(group) : null;
      return part == null || part.isEmpty() ? null : TextNode.valueOf(part);
    };
  }

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

  /** {@code Password Change} as {@code password-change}. */
  private static @Nullable JsonNode hyphenated(JsonNode value) {
    if (!value.isTextual()) {
      return null;
    }
    String words = value.textValue().strip().toLowerCase(Locale.ROOT).replaceAll("[\\s:]+", "-");
    return words.isEmpty() ? null : TextNode.valueOf(words);
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

  /** Anything but the words that say that there is nothing to say. */
  private static @Nullable JsonNode known(JsonNode value) {
    return value.isTextual() && NOTHING.contains(value.textValue()) ? null : value;
  }

  private static @Nullable JsonNode lowercase(JsonNode value) {
    return value.isTextual() ? TextNode.valueOf(value.textValue().toLowerCase(Locale.ROOT)) : null;
  }

  private static @Nullable JsonNode uppercase(JsonNode value) {
    return value.isTextual() ? TextNode.valueOf(value.textValue().toUpperCase(Locale.ROOT)) : null;
  }

  /**
   * The client among the addresses that proxies list, such as in {@code X-Forwarded-For}: the first
   * that is public, else the first.
   */
  private static @Nullable JsonNode clientIp(JsonNode value) {
    String first = null;
    String text = value.isTextual() ? value.textValue() : "";
    for (String part : text.split("[,\\s\"]+", MAX_PROXIES)) {
      String address = IpLiteral.in(part).orElse(null);
      if (address != null && !PRIVATE.matcher(address).lookingAt()) {
        return TextNode.valueOf(address);
      }
      first = first == null ? address : first;
    }
    return first == null ? null : TextNode.valueOf(first);
  }

  /** A MAC address as ECS writes it, after RFC 7042: {@code 00-00-5E-00-53-23}. */
  private static @Nullable JsonNode mac(JsonNode value) {
    String text = value.isTextual() ? value.textValue().strip() : "";
    if (!MAC.matcher(text).matches()) {
      return null;
    }
    String digits = text.replaceAll("[:-]", "").toUpperCase(Locale.ROOT);
    return TextNode.valueOf(digits.replaceAll("(..)(?!$)", "$1-"));
  }

  /** The port of {@code 10.0.0.1:443}, {@code [2001:db8::1]:443} or {@code example.com:443}. */
  private static @Nullable JsonNode port(JsonNode value) {
    Matcher found = PORT.matcher(value.isTextual() ? value.textValue().strip() : "");
    int port = found.matches() ? Integer.parseInt(found.group(1)) : -1;
    return port < 0 || port > 65_535 ? null : IntNode.valueOf(port);
  }

  /** The address that a name of reverse DNS is about: {@code 1.2.0.192.in-addr.arpa}. */
  private static @Nullable JsonNode reverseLookupIp(JsonNode value) {
    Matcher found = REVERSE.matcher(value.isTextual() ? value.textValue().strip() : "");
    if (!found.matches()) {
      return null;
    }
    boolean v4 = found.group(1) != null;
    List<String> parts = Arrays.asList(found.group(v4 ? 1 : 2).split("\\.", -1));
    Collections.reverse(parts);
    String address =
        v4
            ? String.join(".", parts)
            : String.join("", parts).toLowerCase(Locale.ROOT).replaceAll("(....)(?!$)", "$1:");
    return EcsType.IP.accept(TextNode.valueOf(address));
  }

  private static @Nullable JsonNode scaled(JsonNode value, long factor) {
    JsonNode number = EcsType.FLOAT.accept(value);
    if (number == null) {
      return null;
    }
    double scaled = number.doubleValue() * factor;
    return Math.abs(scaled) < 9e18 ? LongNode.valueOf(Math.round(scaled)) : null;
  }

  /** A part of an absolute URL, or of what stands in a request line: {@code /path?query}. */
  private static @Nullable JsonNode url(JsonNode value, UrlPart part) {
    Matcher found = URL.matcher(value.isTextual() ? value.textValue() : "");
    String text = found.matches() ? found.group(part.group) : null;
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (part == UrlPart.SCHEME || part == UrlPart.DOMAIN) {
      text = text.toLowerCase(Locale.ROOT);
    }
    boolean brackets = part == UrlPart.DOMAIN && text.startsWith("[");
    return TextNode.valueOf(brackets ? text.substring(1, text.length() - 1) : text);
  }

  /**
   * {@code TLSv1.2}, {@code TLSV1.2}, {@code TLS 1.2}, {@code tls1_2} and {@code tlsv12} are tls
   * and 1.2.
   */
  private static @Nullable JsonNode tls(JsonNode value, int group) {
    Matcher parts = TLS.matcher(value.isTextual() ? value.textValue() : "");
    if (!parts.matches()) {
      return null;
    }
    if (group == 1) {
      return TextNode.valueOf(parts.group(1).toLowerCase(Locale.ROOT));
    }
    String minor = parts.group(3);
    return TextNode.valueOf(parts.group(2) + (minor == null ? "" : "." + minor));
  }
}
