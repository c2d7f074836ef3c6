package io.vigie.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vigie.dashboards.IndexTemplates.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IndexTemplatesTest {
  /** What the minimal distribution accepts, less what needs a licence elsewhere. */
  private static final Set<String> ACCEPTED_TYPES =
      Set.of(
          "boolean",
          "date",
          "date_range",
          "flattened",
          "float",
          "geo_point",
          "integer",
          "ip",
          "keyword",
          "long",
          "nested",
          "text");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @Test
  void everyComponentIsPutBeforeTheTemplateThatNamesItOrMayBeMissing() throws Exception {
    List<String> put = new ArrayList<>();
    for (Template template : IndexTemplates.inOrder()) {
      JsonNode body = JSON.readTree(template.body());
      for (JsonNode name : body.path("composed_of")) {
        if (!texts(body.path("ignore_missing_component_templates")).contains(name.textValue())) {
          assertThat(put).contains("/_component_template/" + name.textValue());
        }
      }
      put.add(template.path());
    }
    assertThat(put)
        .containsExactly(
            "/_component_template/vigie-alerts@mappings",
            "/_component_template/vigie-alerts@settings",
            "/_component_template/vigie-evidence@mappings",
            "/_component_template/vigie-evidence@settings",
            "/_index_template/vigie-alerts",
            "/_index_template/vigie-evidence");
  }

  @Test
  void everyTemplateSaysItsVersionAndItsOwner() throws Exception {
    for (Template template : IndexTemplates.inOrder()) {
      JsonNode body = JSON.readTree(template.body());
      assertThat(body.path("version").isInt()).as(template.path()).isTrue();
      assertThat(body.at("/_meta/managed_by").textValue()).isEqualTo("vigie");
    }
  }

  @Test
  void indexTemplatesStandAboveTheServersOwnAndMakeNoDataStream() throws Exception {
    for (String kind : List.of("alerts", "evidence")) {
      JsonNode body = body("/_index_template/vigie-" + kind);
      assertThat(body.path("priority").intValue()).isEqualTo(500);
      assertThat(body.has("data_stream")).isFalse();
      assertThat(texts(body.path("index_patterns"))).containsExactly("logs-vigie." + kind + "-*");
      assertThat(body.at("/template/aliases").fieldNames())
          .toIterable()
          .containsExactly(
              kind.equals("alerts") ? IndexTemplates.ALERTS_ALIAS : IndexTemplates.EVIDENCE_ALIAS);
    }
  }

  @Test
  void unknownFieldsStayInTheSourceOnly() throws Exception {
    for (String kind : List.of("alerts", "evidence")) {
      JsonNode mappings =
          body("/_component_template/vigie-" + kind + "@mappings").at("/template/mappings");
      assertThat(mappings.path("dynamic").isBoolean()).isTrue();
      assertThat(mappings.path("dynamic").booleanValue()).isFalse();
    }
  }

  @Test
  void onlyFieldTypesOfTheMinimalDistributionAreUsed() throws Exception {
    for (String kind : List.of("alerts", "evidence")) {
      assertThat(fields(kind).values()).isSubsetOf(ACCEPTED_TYPES);
    }
  }

  @Test
  void whatAnAlertIsSearchedByIsMapped() throws Exception {
    assertThat(fields("alerts"))
        .containsAllEntriesOf(
            Map.ofEntries(
                Map.entry("@timestamp", "date"),
                Map.entry("event.severity", "long"),
                Map.entry("event.risk_score", "float"),
                Map.entry("event.ingested", "date"),
                Map.entry("rule.id", "keyword"),
                Map.entry("threat.technique.subtechnique.id", "keyword"),
                Map.entry("related.ip", "ip"),
                Map.entry("source.ip", "ip"),
                Map.entry("source.geo.location", "geo_point"),
                Map.entry("source.as.number", "long"),
                Map.entry("cloud.account.id", "keyword"),
                Map.entry("vigie.alert.time_range", "date_range"),
                Map.entry("vigie.alert.events.count", "long"),
                Map.entry("vigie.alert.steps", "nested"),
                Map.entry("vigie.alert.steps.source_ip", "ip"),
                Map.entry("vigie.alert.group.values", "keyword"),
                Map.entry("vigie.entity.id", "keyword"),
                Map.entry("vigie.workflow.status", "keyword"),
                Map.entry("vigie.engine.detection_latency_ms", "long"),
                Map.entry("vigie.params", "flattened"),
                Map.entry("labels", "flattened")));
  }

  @Test
  void evidenceIsFoundByItsAlert() throws Exception {
    assertThat(fields("evidence"))
        .containsEntry("vigie.alert.id", "keyword")
        .containsEntry("vigie.alert.step", "keyword")
        .containsEntry("vigie.alert.position", "long")
        .containsEntry("vigie.source.offset", "long");
  }

  @Test
  void aFieldOfBothIndicesHasOneType() throws Exception {
    Map<String, String> evidence = fields("evidence");
    fields("alerts")
        .forEach(
            (name, type) -> assertThat(evidence.getOrDefault(name, type)).as(name).isEqualTo(type));
  }

  private static Map<String, String> fields(String kind) throws JsonProcessingException {
    Map<String, String> fields = new TreeMap<>();
    collect(
        "",
        body("/_component_template/vigie-" + kind + "@mappings")
            .at("/template/mappings/properties"),
        fields);
    return fields;
  }

  private static void collect(String prefix, JsonNode properties, Map<String, String> into) {
    properties
        .properties()
        .forEach(
            field -> {
              String name = prefix + field.getKey();
              String type = field.getValue().path("type").textValue();
              if (type != null) {
                into.put(name, type);
              }
              collect(name + ".", field.getValue().path("properties"), into);
              collect(name + ".", field.getValue().path("fields"), into);
            });
  }

  private static JsonNode body(String path) throws JsonProcessingException {
    for (Template template : IndexTemplates.inOrder()) {
      if (template.path().equals(path)) {
        return JSON.readTree(template.body());
      }
    }
    throw new AssertionError("no template " + path);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.textValue()));
    return texts;
  }
}
