package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.correlation.RandomStream.Arrival;
import io.vigie.correlation.RandomStream.Way;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said before its time is confirmed or withdrawn, and changes nothing else. */
class FirstWordsTest {
  private static final long START = 1_700_000_000_000L;
  private static final long LATENESS = 15_000;
  private static final RuleSet RULES =
      TestRules.rules(
          TestRules.pack(
              "count: {type: event_count, rules: [a], group-by: [u, v], timespan: 10s, condition: {gte: 2}, suppress: 4s}",
              "few: {type: event_count, rules: [b], group-by: [u], timespan: 6s, condition: {lt: 3}}",
              "values: {type: value_count, rules: [a, c], group-by: [u], timespan: 10s, condition: {gte: 3, field: w}}",
              "both: {type: temporal, rules: [a, b], group-by: [u], timespan: 5s}",
              "order: {type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 10s}",
              "until: {type: event_count, rules: [a, b], until: [c], group-by: [u], timespan: 10s, condition: {gte: 3}}",
              "absent: {type: temporal, rules: [a, c], group-by: [u], timespan: 6s, condition: a and not c}",
              "before: {type: temporal_ordered, rules: [b, a], group-by: [u], timespan: 5s, condition: a and not b}"));

  private final HeapJournal journal = new HeapJournal();
  private final List<Correlation> words = new ArrayList<>();
  private final List<Correlation> said = new ArrayList<>();
  private Correlator correlator = open();

  private Correlator open() {
    return new Correlator(
        TestRules.always(RULES),
        1,
        Set.of(TestRules.CLOUDTRAIL),
        journal,
        true,
        RuleBreaker.of(RuleBudgets.DEFAULT));
  }

  @Test
  void episodeIsSaidAsSoonAsItsMatchesAreKnown() {
    Match first = match("e1", START);
    Match second = match("e2", START + 3000);
    correlator.add(second);
    correlator.sayEarly(words::add);
    assertThat(words).isEmpty();
    correlator.add(first);
    correlator.sayEarly(words::add);

    assertThat(words)
        .singleElement()
        .satisfies(
            word -> {
              assertThat(word.standing()).isEqualTo(Standing.PROVISIONAL);
              assertThat(word.firstSatisfied()).isEqualTo(START + 3000);
              assertThat(word.evidence()).extracting(Evidence::eventId).containsExactly("e1", "e2");
            });
    correlator.add(match("e3", START + 4000));
    correlator.sayEarly(words::add);
    assertThat(words).hasSize(1);
  }

  @Test
  void wordThatAnEarlierMatchProvesWrongIsWithdrawn() {
    correlator.add(match("e2", START + 2000));
    correlator.add(match("e3", START + 3000));
    correlator.sayEarly(words::add);
    correlator.add(match("e1", START));
    correlator.sayEarly(words::add);
    correlator.advance(TestRules.clock(START + 20_000), said::add);

    assertThat(words)
        .extracting(Correlation::firstSatisfied)
        .containsExactly(START + 3000, START + 2000);
    assertThat(said)
        .filteredOn(each -> each.standing() == Standing.WITHDRAWN)
        .extracting(Correlation::firstSatisfied)
        .containsExactly(START + 3000);
    assertThat(said)
        .filteredOn(each -> each.standing() == Standing.SETTLED)
        .extracting(Correlation::firstSatisfied)
        .containsOnly(START + 2000);
    assertThat(journal.isEmpty()).isTrue();
  }

  private static Match match(String id, long time) {
    Map<String, List<String>> fields = Map.of("u", List.of("u"), "v", List.of("v"));
    return new TestMatches(RULES)
        .of(new TestEvent(id, TestRules.CLOUDTRAIL, time, Set.of("a"), fields)).stream()
            .filter(match -> match.rule().equals("count"))
            .findFirst()
            .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 1})
  void everyWordIsConfirmedOrWithdrawnAndWhatIsSettledIsWhatTheDefinitionSays(int interruptions) {
    int withdrawn = 0;
    int confirmed = 0;
    for (int seed = 0; seed < (interruptions == 0 ? 40 : 3); seed++) {
      words.clear();
      said.clear();
      RandomStream random = new RandomStream(seed);
      List<TestEvent> events =
          random.events(interruptions == 1 ? 14 : 28, START, interruptions == 1 ? 22 : 45);
      TestMatches matches = new TestMatches(RULES);
      Way way = new Way(LATENESS, 6, interruptions);
      boolean early = true;
      correlator.close();
      correlator = open();
      for (Arrival arrival : random.arrivals(events, way, Long.MAX_VALUE)) {
        if (arrival.event() != null) {
          matches.of(arrival.event()).forEach(correlator::add);
        }
        early = !early;
        if (early) {
          correlator.sayEarly(words::add);
        }
        correlator.advance(TestRules.clock(arrival.watermark()), said::add);
        if (arrival.interrupted()) {
          correlator.close();
          correlator = open();
          correlator.restore(TestRules.clock(arrival.watermark()));
        }
      }
      List<Correlation> settled =
          said.stream().filter(each -> each.standing() == Standing.SETTLED).toList();
      assertThat(Levels.satisfied(settled))
          .as("stream %d", seed)
          .isEqualTo(Oracle.evaluate(RULES, TestRules.seen(events)));

      Set<String> told = new HashSet<>();
      words.forEach(word -> assertThat(told.add(alert(word))).as("said once").isTrue());
      Set<String> found = new HashSet<>();
      settled.forEach(each -> found.add(alert(each)));
      Set<String> gone = new HashSet<>();
      said.stream()
          .filter(each -> each.standing() == Standing.WITHDRAWN)
          .forEach(each -> assertThat(gone.add(alert(each))).isTrue());
      Set<String> expectedGone = new HashSet<>(told);
      expectedGone.removeAll(found);
      assertThat(gone).as("stream %d", seed).isEqualTo(expectedGone);
      assertThat(journal.isEmpty()).isTrue();
      withdrawn += gone.size();
      confirmed += told.size() - gone.size();
    }
    assertThat(withdrawn).isPositive();
    assertThat(confirmed).isGreaterThan(withdrawn);
    assertThat(words).extracting(Correlation::rule).doesNotContain("absent", "before");
  }

  private static String alert(Correlation correlation) {
    return correlation.rule() + correlation.group() + correlation.firstSatisfied();
  }
}
