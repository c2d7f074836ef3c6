package io.vigie.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AttackCoverageTest {
  private static final String RULES =
      """
      title: Many
      name: many
      tags: [attack.credential-access, attack.t1110.003, attack.initial-access]
      correlation: {type: event_count, rules: [failed], timespan: 5m, condition: {gte: 3}}
      ---
      title: Failed
      name: failed
      tags: [attack.t1078]
      logsource: {product: aws, service: cloudtrail}
      detection: {s: {eventName: ConsoleLogin}, condition: s}
      ---
      title: Guessed
      name: guessed
      tags: [attack.credential_access, attack.T1110, attack.t1110.003]
      logsource: {product: okta}
      detection: {s: {eventType: x}, condition: s}
      ---
      title: Untagged
      name: untagged
      logsource: {product: okta}
      detection: {s: {eventType: y}, condition: s}
      """;

  private static AttackCoverage coverage() {
    LogSources sources = LogSources.builtIn();
    RuleSet rules =
        RuleSet.ofChecked(
            new RulePack(
                List.of(new RulePack.File("r.yml", RULES.getBytes(StandardCharsets.UTF_8))),
                sources));
    return new AttackCoverage(
        rules,
        rule ->
            sources.serving(rule.product(), rule.category(), rule.service()).stream()
                .map(source -> source.id())
                .toList());
  }

  @Test
  void techniquesOfRulesThatAlertAreScoredInALayer() {
    JsonNode layer = coverage().layer("Test");

    assertThat(layer.at("/versions/layer").asText()).isEqualTo("4.5");
    assertThat(layer.at("/domain").asText()).isEqualTo("enterprise-attack");
    assertThat(layer.at("/gradient/maxValue").asInt()).isEqualTo(2);
    assertThat(layer.at("/techniques"))
        .extracting(
            technique ->
                technique.at("/techniqueID").asText()
                    + " "
                    + technique.at("/score").asInt()
                    + " "
                    + technique.at("/comment").asText())
        .containsExactly("T1110 1 Guessed", "T1110.003 2 Guessed\nMany");
  }

  @Test
  void tacticsAreCountedByLogSource() {
    List<String> table = coverage().table();

    assertThat(table.get(0).strip()).isEqualTo("aws.cloudtrail  okta.system  all");
    assertThat(table)
        .anySatisfy(line -> assertThat(line).matches("Credential Access +1 +1 +2"))
        .anySatisfy(line -> assertThat(line).matches("Initial Access +1 +\\. +1"))
        .anySatisfy(line -> assertThat(line).matches("Impact +\\. +\\. +\\."))
        .contains("3 rules that alert, 2 techniques", "  Untagged (r.yml)");
  }
}
