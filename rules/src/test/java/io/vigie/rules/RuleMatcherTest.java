package io.vigie.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.detection.EventView;
import io.vigie.rules.index.Remark;
import io.vigie.rules.index.Remark.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The index of the rules finds what testing every rule finds. */
final class RuleMatcherTest {

  @ParameterizedTest
  @CsvSource({
    "1, false",
    "2, false",
    "3, false",
    "4, false",
    "5, false",
    "6, false",
    "7, true",
    "8, true",
    "9, true",
    "10, true",
    "11, true",
    "12, true"
  })
  void indexedMatchingAgreesWithTestingEveryRule(long seed, boolean absences) {
    RandomRules random = new RandomRules(seed, absences);
    RuleSet rules = RuleText.sound(random.rules(150));
    RuleMatcher matcher = new RuleMatcher(RuleText.SOURCE, rules);
    LogSource otherFocus = RuleText.SOURCE.focusedOn(List.of("a", "source.ip"));
    EventView.Factory views = EventView.of(RuleText.SOURCE, rules.fields());
    int matches = 0;
    for (int i = 0; i < 150; i++) {
      JsonNode payload = random.event();
      Event event = RuleText.event(payload);
      EventView view = views.of(event);
      List<String> direct =
          names(
              rules.detections().stream()
                  .filter(plan -> plan.rule().predicate().test(view))
                  .toList());

      assertThat(names(matcher.match(event).rules())).as(event.toString()).isEqualTo(direct);
      for (LogSource source : List.of(matcher.source(), otherFocus)) {
        assertThat(names(matcher.match(RuleText.decoded(source, payload)).rules()))
            .as(event.toString())
            .isEqualTo(direct);
      }
      matches += direct.size();
    }
    assertThat(matcher.source() == RuleText.SOURCE).as("reads all").isEqualTo(absences);
    assertThat(matches).isBetween(300, 15_000);
  }

  @Test
  void aViewOfAMatchOutlivesTheNextEvent() {
    RuleMatcher matcher =
        new RuleMatcher(RuleText.SOURCE, RuleText.sound(rule("r", "{s: {a: x}, condition: s}")));
    EventView first =
        matcher.match(RuleText.event(RuleText.json("{\"a\": \"x\", \"b\": 1}"))).view();
    matcher.match(RuleText.event(RuleText.json("{\"a\": \"x\", \"b\": 2}")));

    assertThat(first.values(0).scalars()).containsExactly("x");
  }

  @Test
  void anEventIsNotMistakenForTheOneBeforeThatMatchedNothing() {
    RuleMatcher matcher =
        new RuleMatcher(
            RuleText.SOURCE,
            RuleText.sound(
                rule("k", "{s: [needle], condition: s}"), rule("f", "{s: {a: x}, condition: s}")));
    for (String text : List.of("é", "needle é", "x", "z", "needle")) {
      JsonNode payload =
          RuleText.json("{\"a\": \"" + text + "\", \"time\": \"2026-03-01T08:15:30Z\"}");

      assertThat(matcher.match(RuleText.decoded(matcher.source(), payload)).rules())
          .as(text)
          .hasSize(text.startsWith("needle") || text.equals("x") ? 1 : 0);
    }
  }

  @Test
  void aKeywordFindsANumberHoweverItIsWritten() {
    RuleMatcher matcher =
        new RuleMatcher(RuleText.SOURCE, RuleText.sound(rule("k", "{s: ['500.0'], condition: s}")));
    byte[] json = "{\"a\":5e2,\"time\":\"2026-03-01T08:15:30Z\"}".getBytes(StandardCharsets.UTF_8);
    List<Decoded> decoded = new ArrayList<>();
    matcher.source().decode(RawRecord.whole(new Origin("", 0, 0), json), decoded::add);

    assertThat(matcher.match((Event) decoded.get(0)).rules()).hasSize(1);
  }

  @Test
  void rulesThatNothingLooksUpAreNamedWithTheReason() {
    RuleSet rules =
        RuleText.sound(
            rule("fine", "{s: {a: x}, f: {b: y}, condition: s and not f}"),
            rule("absent", "{s: {a: null}, condition: s}"),
            rule("other", "{s: {a: x}, f: {b: y}, condition: s or not f}"),
            rule("both", "{s: {a: x}, f: {b: y}, condition: not (s and f)}"),
            rule("twice", "{s: {a: x}, condition: not not s}"),
            rule("there", "{s: {a: null}, condition: not s}"),
            rule("any", "{s: ['*'], condition: s}"),
            rule("regex", "{s: {'|re': '[a-f]{32}'}, condition: s}"),
            rule("short", "{s: ['root', 'administrator'], condition: s}"),
            rule("elsewhere", "{s: ['root'], f: {a: x}, condition: s and f}"));

    assertThat(RuleMatcher.remarks(rules))
        .containsExactly(
            new Remark("absent", Kind.ALWAYS_EVALUATED, "it may match where 'a' is missing"),
            new Remark(
                "other", Kind.ALWAYS_EVALUATED, "it may match whenever 'b' has some other value"),
            new Remark(
                "both", Kind.ALWAYS_EVALUATED, "it may match whenever 'a' has some other value"),
            new Remark("any", Kind.ALWAYS_EVALUATED, "it has a keyword without any fixed text"),
            new Remark("regex", Kind.ALWAYS_EVALUATED, "it has a keyword without any fixed text"),
            new Remark("short", Kind.SHORT_KEYWORD, "root"));
  }

  private static String rule(String id, String detection) {
    return "id: " + id + "\ntitle: t\nlogsource: {product: any}\ndetection: " + detection + "\n";
  }

  private static List<String> names(List<DetectionPlan> plans) {
    return plans.stream().map(plan -> plan.rule().header().name()).toList();
  }
}
