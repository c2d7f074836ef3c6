package io.vigie.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.alert.SystemAlert.Kind;
import io.vigie.correlation.TestRules;
import io.vigie.dashboards.IndexTemplates;
import io.vigie.release.OneRelease;
import io.vigie.rules.RulePack;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SystemAlertTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long AT = 1_700_000_000_000L;
  private static final RulePack PACK = TestRules.pack();
  private static final AlertDocument DOCUMENTS = new AlertDocument(new OneRelease(PACK));

  @Test
  void idsOfBuiltInRulesNeverChange() {
    assertThat(Kind.values())
        .extracting(Kind::rule)
        .containsExactly(
            "vigie.system.source-silent",
            "vigie.system.rule-paused",
            "vigie.system.release-refused",
            "vigie.system.alert-flood",
            "vigie.system.dead-letters-rising",
            "vigie.system.checkpoint-failing",
            "vigie.system.lateness-exceeded");
    assertThat(Kind.ofRule("alert-flood")).isEmpty();
    assertThat(Kind.ofRule("vigie.system.alert-flood")).contains(Kind.ALERT_FLOOD);
  }

  @ParameterizedTest
  @EnumSource
  void saysWhatToDoFirst(Kind kind) {
    assertThat(kind.header().description()).containsIgnoringCase("first ");
    assertThat(kind.header().title()).isNotBlank();
  }

  @ParameterizedTest
  @EnumSource
  void documentFitsTheIndexTemplate(Kind kind) throws Exception {
    SystemAlert alert =
        SystemAlert.of(kind, "subject", 0, AT, "why").again(AT + 1000, "why").resolved(AT + 2, "");
    JsonNode document = DOCUMENTS.of(alert.alert());

    Map<String, String> mapped = mapped();
    Map<String, JsonNode> leaves = new TreeMap<>();
    collect("", document, leaves);
    leaves.forEach(
        (field, value) -> {
          assertThat(mapped).as(field).containsKey(field);
          assertThat(fits(value, mapped.get(field))).as(field + ": " + value).isTrue();
        });
    assertThat(document.at("/vigie/alert/type").asText()).isEqualTo("system");
    assertThat(document.at("/vigie/alert/group/fields/0").asText()).isEqualTo(kind.field());
    assertThat(document.at("/event/severity").asInt()).isIn(21, 47, 73, 99);
  }

  private static Map<String, String> mapped() throws Exception {
    Map<String, String> types = new TreeMap<>();
    for (IndexTemplates.Template template : IndexTemplates.inOrder()) {
      if (template.path().endsWith("vigie-alerts@mappings")) {
        types("", JSON.readTree(template.body()).at("/template/mappings/properties"), types);
      }
    }
    return types;
  }

  private static void types(String prefix, JsonNode properties, Map<String, String> into) {
    for (Map.Entry<String, JsonNode> field : properties.properties()) {
      if (field.getValue().has("type")) {
        into.put(prefix + field.getKey(), field.getValue().get("type").asText());
      }
      types(prefix + field.getKey() + ".", field.getValue().path("properties"), into);
    }
  }

  private static void collect(String prefix, JsonNode node, Map<String, JsonNode> into) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String name = prefix + field.getKey();
      for (JsonNode value :
          field.getValue().isArray() ? field.getValue() : List.of(field.getValue())) {
        if (value.isObject() && !value.has("gte")) {
          collect(name + ".", value, into);
        } else {
          into.put(name, value);
        }
      }
    }
  }

  private static boolean fits(JsonNode value, String type) {
    return switch (type) {
      case "long", "integer" -> value.isIntegralNumber();
      case "float" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "date" -> value.isTextual() && value.asText().endsWith("Z");
      case "date_range" -> value.isObject();
      case "text" -> value.isTextual();
      case "keyword" -> value.isTextual() && value.asText().length() <= 1024;
      default -> false;
    };
  }

  @Test
  void floodNamesTheRuleAndSaysHowMuchIsWithheld() {
    String rule = "a";
    SystemAlert flood =
        new SystemAlert(
            Kind.ALERT_FLOOD,
            rule,
            0,
            AT,
            AT + 5000,
            false,
            1234,
            List.of(new Alert.Step("withheld", AT, "e1", "login", "", "rika", "", "192.0.2.1")),
            3);
    JsonNode document = DOCUMENTS.of(flood.alert());

    assertThat(document.at("/event/reason").asText())
        .isEqualTo(
            "Rule floods the alerts: a (a), 1234 alerts withheld"
                + " since 2023-11-14T22:13:20.000Z until 2023-11-14T22:13:25.000Z");
    assertThat(document.at("/vigie/alert/suppression").toString())
        .isEqualTo(
            "{\"count\":1234,\"start\":\"2023-11-14T22:13:20.000Z\","
                + "\"end\":\"2023-11-14T22:13:25.000Z\","
                + "\"reason\":\"more alerts of the rule than are told in an hour\"}");
    assertThat(document.at("/vigie/alert/steps/0/actor").asText()).isEqualTo("rika");
  }

  @Test
  void sourceFallsSilentSpeaksAndFallsSilentAgain() {
    SystemAlert silent = SystemAlert.of(Kind.SOURCE_SILENT, "okta", 0, AT, "nothing for 10 min");
    SystemAlert still = silent.still(AT + 60_000);
    SystemAlert over = still.resolved(AT + 90_000, "a record has arrived");
    SystemAlert again = over.again(AT + 200_000, "nothing for 10 min");
    List<Alert> told = List.of(silent.alert(), still.alert(), over.alert(), again.alert());

    assertThat(told).extracting(Alert::id).containsOnly(told.get(0).id());
    assertThat(told).extracting(Alert::firstSeen).containsOnly(AT);
    assertThat(told)
        .extracting(Alert::lastSeen)
        .containsExactly(AT, AT + 60_000, AT + 90_000, AT + 200_000);
    assertThat(told).extracting(Alert::revision).containsExactly(0, 1, 2, 3);
    assertThat(told).extracting(Alert::eventCount).containsExactly(1, 1, 1, 2);
    assertThat(told)
        .extracting(alert -> DOCUMENTS.of(alert).at("/vigie/alert/resolved").asBoolean())
        .containsExactly(false, false, true, false);
    assertThat(told.get(3).steps())
        .extracting(Alert.Step::name)
        .containsExactly("source silent", "resolved", "source silent");
  }

  @Test
  void idIsOfKindSubjectAndHour() {
    Alert alert = SystemAlert.of(Kind.RULE_PAUSED, "r", 1, AT, "x").alert();
    assertThat(SystemAlert.of(Kind.RULE_PAUSED, "r", 2, AT + 60_000, "y").alert().id())
        .isEqualTo(alert.id());
    Set<String> others =
        Set.of(
            SystemAlert.of(Kind.RULE_PAUSED, "other", 1, AT, "x").alert().id(),
            SystemAlert.of(Kind.ALERT_FLOOD, "r", 1, AT, "x").alert().id(),
            SystemAlert.of(Kind.RULE_PAUSED, "r", 1, AT + 3_600_000, "x").alert().id());
    assertThat(others).hasSize(3).doesNotContain(alert.id());
  }

  @Test
  void reasonSaysTheDetail() {
    Alert paused = SystemAlert.of(Kind.RULE_PAUSED, "gone", 0, AT, "it threw").alert();
    assertThat(DOCUMENTS.of(paused).at("/event/reason").asText())
        .isEqualTo("Rule is paused: gone since 2023-11-14T22:13:20.000Z: it threw");
  }
}
