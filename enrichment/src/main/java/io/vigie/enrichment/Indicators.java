package io.vigie.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.ingest.IpLiteral;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tables {@code indicators}, of single addresses, domains, URLs, hashes and e-mail addresses,
 * and {@code indicator-networks}, of networks. Two feeds may say the same value, each in its row.
 */
public final class Indicators implements TableDefinition {
  static final String NAME = "indicators";
  static final String NETWORKS = "indicator-networks";
  private static final List<String> TYPES = List.of("ip", "domain", "url", "hash", "email");
  private static final Pattern CONFIDENCE = Pattern.compile("[0-9]{1,2}|100");
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9A-Fa-f]+");
  private static final Pattern DOMAIN = Pattern.compile("[\\p{L}\\p{M}\\p{N}._*-]+");
  private static final int MD5 = 32;
  private static final int SHA1 = 40;
  private static final int SHA256 = 64;

  private final boolean networks;

  private Indicators(boolean networks) {
    this.networks = networks;
  }

  public static Indicators ofValues() {
    return new Indicators(false);
  }

  public static Indicators ofNetworks() {
    return new Indicators(true);
  }

  @Override
  public String name() {
    return networks ? NETWORKS : NAME;
  }

  @Override
  public boolean byNetwork() {
    return networks;
  }

  @Override
  public Set<String> columns() {
    return RowReader.columns(
        "confidence",
        "description",
        "first_seen",
        "last_seen",
        "name",
        "reference",
        "source",
        "tlp",
        "type",
        "value");
  }

  @Override
  public boolean isOfAnother(ObjectNode row) {
    boolean isNetwork =
        row.path("type").asText().equals("ip") && row.path("value").asText().indexOf('/') > 0;
    return isNetwork != networks && TYPES.contains(row.path("type").asText());
  }

  @Override
  public Optional<List<ObjectNode>> rowsOf(JsonNode value, BiConsumer<String, String> bad) {
    List<ObjectNode> rows = new ArrayList<>();
    if (StixBundle.isOne(value)) {
      StixBundle.read(value, rows::add, bad);
    } else if (MispExport.isOne(value)) {
      MispExport.read(value, rows::add, bad);
    } else {
      return Optional.empty();
    }
    return Optional.of(rows);
  }

  @Override
  public Optional<ObjectNode> rowOf(String value, String source) {
    return Optional.of(
        JsonNodeFactory.instance
            .objectNode()
            .put("type", type(value))
            .put("value", value)
            .put("source", source));
  }

  private static String type(String value) {
    int slash = value.indexOf('/');
    if (value.contains("://")) {
      return "url";
    }
    if (IpLiteral.in(slash < 0 ? value : value.substring(0, slash)).isPresent()) {
      return "ip";
    }
    if (!hash(value).isEmpty() && HEXADECIMAL.matcher(value).matches()) {
      return "hash";
    }
    return value.indexOf('@') > 0 ? "email" : "domain";
  }

  @Override
  public Optional<Row> read(ObjectNode row, Consumer<String> wrong) {
    RowReader reader = new RowReader(row, wrong);
    String type = reader.needed("type");
    String value = reader.needed("value");
    reader.oneOf("type", networks ? List.of("ip") : TYPES);
    int confidence = confidence(row, reader);
    if (confidence >= 0) {
      row.put("confidence", confidence);
    }
    String key =
        networks ? Networks.of(value, reader) : value.isEmpty() ? "" : key(type, value, reader);
    return reader.read(row.path("source").asText("") + "/" + type + "/" + key, Stream.of(key));
  }

  private static int confidence(ObjectNode row, RowReader reader) {
    String text = row.path("confidence").asText("").strip();
    if (!text.isEmpty() && !CONFIDENCE.matcher(text).matches()) {
      reader.wrong("confidence is '" + text + "', not a number from 0 to 100");
      return -1;
    }
    return text.isEmpty() ? -1 : Integer.parseInt(text);
  }

  private static String key(String type, String value, RowReader reader) {
    Optional<String> address = IpLiteral.in(value);
    switch (type) {
      case "ip" -> {
        if (value.indexOf('/') > 0) {
          reader.wrong("'" + value + "' is a network: load it into " + NETWORKS);
        } else if (address.isEmpty()) {
          reader.wrong("'" + value + "' is no IP address");
        }
        return address.orElse("");
      }
      case "hash" -> {
        if (!HEXADECIMAL.matcher(value).matches() || hash(value).isEmpty()) {
          reader.wrong("'" + value + "' is no MD5, SHA-1 or SHA-256 in hexadecimal digits");
        }
      }
      case "domain" -> {
        if (address.isPresent() || value.indexOf('.') < 1 || !DOMAIN.matcher(value).matches()) {
          reader.wrong("'" + value + "' is no domain name");
        }
      }
      case "email" -> {
        if (value.indexOf('@') < 1) {
          reader.wrong("'" + value + "' is no e-mail address");
        }
      }
      default -> {
        if (type.equals("url") && value.indexOf(':') < 1) {
          reader.wrong("'" + value + "' is no URL with a scheme");
        }
      }
    }
    return key(value);
  }

  /** What an event's text is looked up by. The path of a URL is bad in its own case only. */
  static String key(String text) {
    return text.contains("://") ? text.strip() : Rows.key(text);
  }

  /** Which hash a text of that many digits is; empty where it is none. */
  static String hash(String value) {
    return switch (value.length()) {
      case MD5 -> "md5";
      case SHA1 -> "sha1";
      case SHA256 -> "sha256";
      default -> "";
    };
  }

  /**
   * In the words of ECS, by the scale of STIX 2.1 (appendix A, "None / Low / Med / High").
   *
   * @param confidence from 0 to 100
   */
  static String confidence(int confidence) {
    if (confidence == 0) {
      return "None";
    }
    return confidence < 30 ? "Low" : confidence < 70 ? "Medium" : "High";
  }
}
