package io.vigie.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.ingest.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Detections over what the event does not say itself. */
class EnrichedMatchingTest {
  private final List<Set<String>> asked = new ArrayList<>();
  private int enriched;

  /** Rules by the name of what they look at. */
  private RuleMatcher matcher(String... detections) {
    String[] rules = new String[detections.length];
    for (int i = 0; i < rules.length; i++) {
      rules[i] =
          "id: r%d\ntitle: r%d\nlogsource: {product: any}\ndetection: %s\n"
              .formatted(i, i, detections[i]);
    }
    return new RuleMatcher(
        RuleText.SOURCE,
        RuleText.sound(rules),
        fields -> {
          asked.add(fields);
          return (ecs, time) -> {
            enriched++;
            ObjectNode asset = ecs.withObjectProperty("vigie").withObjectProperty("asset");
            asset.put("criticality", "high");
            asset.putArray("tags").add("pci").add("web");
            ecs.withObjectProperty("threat")
                .putArray("enrichments")
                .addObject()
                .putObject("indicator")
                .put("provider", "Example Feed");
          };
        });
  }

  private static List<String> matches(RuleMatcher matcher, String event) {
    Event decoded = RuleText.event(RuleText.json(event));
    return matcher.match(decoded).rules().stream().map(plan -> plan.rule().header().id()).toList();
  }

  @Test
  void aRuleMayAskForWhatEnrichingAdds() {
    RuleMatcher matcher =
        matcher(
            "{s: {vigie.asset.criticality: high, a: x}, condition: s}",
            "{s: {vigie.asset.criticality: low, a: x}, condition: s}",
            "{s: {vigie.asset.tags: pci, a: x}, condition: s}",
            "{s: {threat.enrichments.indicator.provider|startswith: example, a: x}, condition: s}",
            "{s: {vigie.asset.owner: null, a: x}, condition: s}");

    assertThat(matches(matcher, "{'a':'x'}".replace('\'', '"')))
        .containsExactly("r0", "r2", "r3", "r4");
    assertThat(asked)
        .containsExactly(
            Set.of(
                "vigie.asset.criticality",
                "vigie.asset.tags",
                "vigie.asset.owner",
                "threat.enrichments.indicator.provider"));
  }

  @Test
  void anEventIsEnrichedOnceHoweverManyRulesAsk() {
    RuleMatcher matcher =
        matcher(
            "{s: {vigie.asset.criticality: high, a: x}, condition: s}",
            "{s: {vigie.asset.tags: nothing, a: x}, condition: s}");

    matches(matcher, "{\"a\":\"x\"}");
    assertThat(enriched).isEqualTo(1);
    matches(matcher, "{\"a\":\"x\"}");
    assertThat(enriched).isEqualTo(2);
  }

  @Test
  void anEventIsNotEnrichedWhereTheRestDecides() {
    RuleMatcher matcher =
        matcher(
            "{s: {vigie.asset.criticality: high, a: x, b: y}, condition: s}",
            "{s: {vigie.asset.criticality: high}, t: {a: x}, condition: t or s and t}",
            "{s: {vigie.asset.criticality: high}, t: {c: z}, u: {a: x}, condition: not s and t and u}");

    assertThat(matches(matcher, "{\"a\":\"x\",\"b\":\"n\"}")).containsExactly("r1");
    assertThat(matches(matcher, "{\"b\":\"y\"}")).isEmpty();
    assertThat(enriched).isZero();
  }

  @Test
  void whatTheEventSaysItselfCounts() {
    RuleMatcher matcher = matcher("{s: {vigie.asset.criticality: low, a: x}, condition: s}");

    assertThat(matches(matcher, "{\"a\":\"x\",\"vigie\":{\"asset\":{\"criticality\":\"low\"}}}"))
        .containsExactly("r0");
    assertThat(enriched).isZero();
  }

  @Test
  void aRuleThatAsksForNothingElseHasEveryEventEnrichedAndItsAuthorIsTold() {
    String detection = "{s: {vigie.asset.criticality: high}, condition: s}";
    RuleMatcher matcher = matcher(detection);

    assertThat(matches(matcher, "{\"b\":\"y\"}")).containsExactly("r0");
    assertThat(
            RuleMatcher.remarks(
                RuleText.sound(
                    "id: r\ntitle: r\nlogsource: {product: any}\ndetection: " + detection)))
        .singleElement()
        .satisfies(
            remark ->
                assertThat(remark.toString())
                    .contains("every event has to be enriched")
                    .contains("vigie.asset.criticality"));
  }
}
