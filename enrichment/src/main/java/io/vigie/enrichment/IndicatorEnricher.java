package io.vigie.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import io.vigie.ingest.IpLiteral;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which of the event's addresses, domains, URLs, hashes and e-mail addresses threat intelligence
 * held for bad when the event happened: {@code threat.enrichments[]}, as ECS says it, and {@code
 * vigie.threat.confidence}, the highest from 0 to 100. Addresses are looked up in networks too.
 *
 * @see <a href="https://www.elastic.co/docs/reference/ecs/ecs-threat">ECS threat fields</a>
 */
public final class IndicatorEnricher implements Enricher {
  private static final EcsPath ENRICHMENTS = EcsPath.of("threat.enrichments");
  private static final EcsPath CONFIDENCE = EcsPath.of("vigie.threat.confidence");

  private static final List<EcsPath> ADDRESSES =
      EcsPath.all(
          "source.ip",
          "client.ip",
          "destination.ip",
          "source.nat.ip",
          "destination.nat.ip",
          "dns.resolved_ip",
          "related.ip");
  private static final List<EcsPath> OTHERS =
      EcsPath.all(
          "dns.question.name",
          "url.domain",
          "source.domain",
          "destination.domain",
          "url.full",
          "url.original",
          "file.hash.sha256",
          "file.hash.sha1",
          "file.hash.md5",
          "process.hash.sha256",
          "process.hash.sha1",
          "process.hash.md5",
          "email.from.address",
          "email.sender.address",
          "user.email");

  private static final List<String> SAID =
      List.of("name", "description", "reference", "first_seen", "last_seen");

  /** More would hide the event itself. */
  private static final int MOST = 20;

  private final ReferenceTable indicators;
  private final ReferenceTable networks;

  public IndicatorEnricher(ReferenceTables tables) {
    this.indicators = tables.table(Indicators.NAME);
    this.networks = tables.table(Indicators.NETWORKS);
  }

  @Override
  public void enrich(ObjectNode ecs, AsOf asOf) {
    if ((indicators.isEmpty() && networks.isEmpty()) || ENRICHMENTS.isIn(ecs)) {
      return;
    }
    Found found = new Found();
    for (EcsPath path : ADDRESSES) {
      for (String text : path.texts(ecs)) {
        String address = IpLiteral.in(text).orElse(null);
        if (address != null) {
          found.add(path, text, indicators.at(address, asOf));
          found.add(path, text, networks.containing(address, asOf));
        }
      }
    }
    for (EcsPath path : OTHERS) {
      for (String text : path.texts(ecs)) {
        found.add(path, text, indicators.at(Indicators.key(text), asOf));
      }
    }
    if (found.list != null) {
      ENRICHMENTS.add(ecs, found.list);
      CONFIDENCE.add(ecs, IntNode.valueOf(found.confidence));
    }
  }

  private static final class Found {
    private final Set<JsonNode> seen = new HashSet<>(0);
    private @Nullable ArrayNode list;
    private int confidence;

    private void add(EcsPath field, String text, List<ObjectNode> rows) {
      for (ObjectNode row : rows) {
        // The same address stands in several fields; the first is the most telling.
        if (seen.size() < MOST && seen.add(row)) {
          list = list == null ? JsonNodeFactory.instance.arrayNode() : list;
          list.add(enrichment(field, text, row));
          confidence = Math.max(confidence, row.path("confidence").asInt());
        }
      }
    }
  }

  private static ObjectNode enrichment(EcsPath field, String text, ObjectNode row) {
    ObjectNode enrichment = JsonNodeFactory.instance.objectNode();
    ObjectNode indicator = enrichment.putObject("indicator");
    String type = row.path("type").asText();
    String value = row.path("value").asText();
    switch (type) {
      case "ip" -> {
        indicator.put("type", value.indexOf(':') < 0 ? "ipv4-addr" : "ipv6-addr");
        // A network is no address of ECS.
        if (value.indexOf('/') < 0) {
          indicator.put("ip", value);
        }
      }
      case "domain" -> indicator.put("type", "domain-name").putObject("url").put("domain", value);
      case "url" -> indicator.put("type", "url").putObject("url").put("full", value);
      case "email" -> indicator.put("type", "email-addr").putObject("email").put("address", value);
      default ->
          indicator
              .put("type", "file")
              .putObject("file")
              .putObject("hash")
              .put(Indicators.hash(value), value);
    }
    SAID.forEach(key -> Rows.put(indicator, key, row.path(key).asText()));
    Rows.put(indicator, "provider", row.path("source").asText());
    if (row.has("confidence")) {
      indicator.put("confidence", Indicators.confidence(row.path("confidence").asInt()));
    }
    if (row.has("tlp")) {
      indicator.putObject("marking").put("tlp", row.path("tlp").asText());
    }
    enrichment
        .putObject("matched")
        .put("atomic", text)
        .put("field", field.name())
        .put("type", "indicator_match_rule");
    return enrichment;
  }

  @Override
  public Set<String> reads() {
    return EcsPath.names(ADDRESSES, OTHERS);
  }

  @Override
  public Set<String> adds() {
    String indicator = "threat.enrichments.indicator.";
    Stream<String> own =
        Stream.of(
            "type",
            "ip",
            "url.domain",
            "url.full",
            "email.address",
            "file.hash.md5",
            "file.hash.sha1",
            "file.hash.sha256",
            "provider",
            "confidence",
            "marking.tlp");
    Set<String> names = new HashSet<>();
    names.add(CONFIDENCE.name());
    Stream.concat(own, SAID.stream()).forEach(name -> names.add(indicator + name));
    for (String name : List.of("atomic", "field", "type")) {
      names.add("threat.enrichments.matched." + name);
    }
    return Set.copyOf(names);
  }
}
