package io.vigie.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.detection.EventView;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index of the rules finds what testing every rule finds. */
final class RuleMatcherTest {
  private static final List<String> FIELDS = List.of("a", "b", "c.d", "source.ip");
  private static final List<String> VALUES =
      List.of("x", "X", "xy", "yx", "ÉX", "éx", "straße", "STRASSE", "1", "true", "*", "x*", "");
  private static final List<String> CONDITIONS =
      List.of(
          "s1",
          "not s1",
          "s1 and s2",
          "s1 or s2",
          "s1 and not s2",
          "not s1 or s2",
          "(s1 or s2) and s3",
          "s1 or s2 or s3",
          "1 of s*",
          "2 of s*",
          "all of them",
          "not (s1 and (s2 or not s3))");
  private static final List<String> MODIFIERS =
      List.of("", "", "", "", "|contains", "|startswith", "|endswith", "|cased", "|neq", "|all");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void indexedMatchingAgreesWithTestingEveryRule(long seed) {
    Random random = new Random(seed);
    StringBuilder file = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      file.append(rule("r" + i, random)).append("---\n");
    }
    RuleSet rules = RuleText.sound(file.toString());
    RuleMatcher matcher = new RuleMatcher(RuleText.SOURCE, rules);
    LogSource otherFocus = RuleText.SOURCE.focusedOn(List.of("a", "source.ip"));
    EventView.Factory views = EventView.of(RuleText.SOURCE, rules.fields());
    int matches = 0;
    for (int i = 0; i < 300; i++) {
      JsonNode payload = event(random);
      Event event = RuleText.event(payload);
      List<String> direct =
          names(
              rules.detections().stream()
                  .filter(plan -> plan.rule().predicate().test(views.of(event)))
                  .toList());

      assertThat(names(matcher.match(event).rules())).as(event.toString()).isEqualTo(direct);
      assertThat(names(matcher.match(RuleText.decoded(matcher.source(), payload)).rules()))
          .isEqualTo(direct);
      assertThat(names(matcher.match(RuleText.decoded(otherFocus, payload)).rules()))
          .isEqualTo(direct);
      matches += direct.size();
    }
    assertThat(matches).isBetween(1_000, 35_000);
  }

  private static List<String> names(List<DetectionPlan> plans) {
    return plans.stream().map(plan -> plan.rule().header().name()).toList();
  }

  private static String rule(String name, Random random) {
    StringBuilder rule = new StringBuilder("name: " + name + "\nlogsource: {product: any}\n");
    rule.append("detection:\n");
    for (int s = 1; s <= 3; s++) {
      rule.append("  s").append(s).append(": ").append(selection(random)).append('\n');
    }
    return rule.append("  condition: ").append(one(CONDITIONS, random)).append('\n').toString();
  }

  private static String selection(Random random) {
    if (random.nextInt(12) == 0) {
      return "['" + one(VALUES, random) + "k', '" + one(VALUES, random) + "']";
    }
    String first = one(FIELDS, random);
    StringBuilder map = new StringBuilder("{" + item(first, random));
    if (random.nextInt(3) == 0) {
      String second = one(FIELDS, random);
      map.append(second.equals(first) ? "" : ", " + item(second, random));
    }
    return map.append('}').toString();
  }

  private static String item(String field, Random random) {
    if (random.nextInt(10) == 0) {
      return field + ": null";
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      values.add("'" + one(VALUES, random) + "'");
    }
    return field + one(MODIFIERS, random) + ": [" + String.join(", ", values) + "]";
  }

  private static JsonNode event(Random random) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    put(event, "a", random);
    put(event, "b", random);
    put(event.putObject("c"), "d", random);
    put(event.putObject("client"), "address", random);
    event.put("time", "2026-03-01T08:15:30Z");
    return event;
  }

  private static void put(ObjectNode object, String field, Random random) {
    switch (random.nextInt(8)) {
      case 0 -> {}
      case 1 -> object.putNull(field);
      case 2 -> object.put(field, 1);
      case 3 -> object.put(field, true);
      case 4 -> {
        ArrayNode array = object.putArray(field);
        for (int i = random.nextInt(3); i > 0; i--) {
          array.add(one(VALUES, random));
        }
      }
      case 5 -> object.putObject(field).put("x", one(VALUES, random));
      default -> object.put(field, one(VALUES, random));
    }
  }

  private static <T> T one(List<T> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }
}
