package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.correlation.RandomStream.Arrival;
import io.vigie.correlation.RandomStream.Way;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvidenceCapTest {
  private static final int LIMIT = 3;
  private static final byte[] DOCUMENT = {'{', '}'};
  private static final RuleSet RULES =
      TestRules.rules(
          TestRules.pack(
              "many: {type: event_count, rules: [a], timespan: 20s, condition: {gte: 2}}",
              "values: {type: value_count, rules: [a, c], timespan: 20s, condition: {gte: 2, field: w}}",
              "order: {type: temporal_ordered, rules: [a, b], timespan: 20s}",
              "over: {type: event_count, rules: [many, order], timespan: 20s, condition: {gte: 2}}",
              "long: {type: event_count, rules: [b], timespan: 5s, condition: {gte: 2}, suppress: 30s}"));

  private final HeapJournal kept = new HeapJournal();
  private EvidenceCap journal = new EvidenceCap(kept, LIMIT);

  /** Counts, times and ids of events; what an alert counts follows from them. */
  @ParameterizedTest
  @CsvSource({"0, 12", "7, 3", "1, 2"})
  void countsAndIdsAreThoseOfAllEventsWhereMostDocumentsAreNotKept(int interruptions, int streams) {
    int without = 0;
    for (int seed = 0; seed < streams; seed++) {
      RandomStream random = new RandomStream(seed);
      List<TestEvent> events = random.events(28, 1_700_000_000_000L, 45);
      try (Levels levels =
          new Levels(TestReleases.always(RULES), whole -> new EvidenceCap(whole, LIMIT))) {
        for (Arrival arrival :
            random.arrivals(events, new Way(15_000, 6, interruptions), 1_700_001_000_000L)) {
          if (arrival.event() != null) {
            levels.add(arrival.event());
          }
          levels.advance(arrival.clocks());
          if (arrival.interrupted()) {
            levels.interrupt();
          }
          without += assertLimited(levels.kept());
        }
        assertThat(levels.takeSaid())
            .as("stream %d", seed)
            .isEqualTo(Oracle.evaluate(RULES, TestRules.seen(events)));
        assertThat(levels.isEmpty()).isTrue();
      }
    }
    assertThat(without).isGreaterThan(100);
  }

  /** How many matches are kept without their documents. */
  private static int assertLimited(List<Match> all) {
    Map<String, Integer> documents = new HashMap<>();
    int most = 0;
    int without = 0;
    for (Match match : all) {
      documents.merge(match.key(), match.documents(), Integer::sum);
      most = Math.max(most, match.documents());
      without += match.documents() == 0 && !match.evidence().isEmpty() ? 1 : 0;
    }
    for (int ofKey : documents.values()) {
      assertThat(ofKey).isLessThan(LIMIT + Math.max(1, most));
    }
    return without;
  }

  @Test
  void documentsAreKeptAgainWhenOthersHaveGone() {
    for (int i = 0; i < 5; i++) {
      journal.add(match("e" + i, i));
    }
    assertThat(withDocuments()).containsExactlyInAnyOrder("e0", "e1", "e2");
    remove(match("e1", 1));
    remove(match("e4", 4));
    journal.add(match("e5", 5));
    journal.add(match("e6", 6));
    assertThat(withDocuments()).containsExactlyInAnyOrder("e0", "e2", "e5");
  }

  @Test
  void limitIsKnownAfterARestart() {
    for (int i = 0; i < 5; i++) {
      journal.add(match("e" + i, i));
    }
    for (int restart = 0; restart < 3; restart++) {
      journal = new EvidenceCap(kept, LIMIT);
      journal.forEach(match -> {});
      journal.add(match("r" + restart, 10 + restart));
    }
    assertThat(withDocuments()).containsExactlyInAnyOrder("e0", "e1", "e2");
    remove(match("e0", 0));
    journal.add(match("last", 20));
    assertThat(withDocuments()).containsExactlyInAnyOrder("e1", "e2", "last");
  }

  @Test
  void secondDeliveriesAndEarlierFormsCountOnce() {
    journal.add(said("e0", 0, 5));
    for (int i = 0; i < 5; i++) {
      assertThat(journal.add(said("e0", 0, 5 - i))).isFalse();
    }
    journal.add(match("e1", 1));
    journal.add(match("e2", 2));
    journal.add(said("e3", 3, 9));
    assertThat(journal.add(said("e3", 3, 4))).isFalse();

    assertThat(withDocuments()).containsExactlyInAnyOrder("e0", "e1", "e2");
    assertThat(kept.get(match("e3", 3).key(), match("e3", 3).identity()).evidence())
        .extracting(Evidence::timestamp)
        .containsExactly(4L);
    remove(match("e0", 0));
    journal.add(match("e6", 6));
    assertThat(withDocuments()).containsExactlyInAnyOrder("e1", "e2", "e6");
  }

  @Test
  void keysHaveLimitsOfTheirOwn() {
    for (int i = 0; i < 5; i++) {
      journal.add(match("e" + i, i));
      journal.add(
          new Match("other", List.of("u"), 0, i, "o" + i, List.of(), 1, match("o", i).evidence()));
    }
    assertThat(withDocuments()).hasSize(2 * LIMIT);
  }

  private void remove(Match match) {
    journal.remove(match.key(), match.identity());
  }

  private List<String> withDocuments() {
    List<String> ids = new ArrayList<>();
    kept.forEach(
        match -> {
          if (match.documents() > 0) {
            ids.add(match.id());
          }
        });
    return ids;
  }

  private static Match match(String id, long time) {
    return said(id, time, time);
  }

  private static Match said(String id, long time, long said) {
    return new Match(
        "r",
        List.of("u"),
        0,
        time,
        id,
        List.of(),
        1,
        List.of(new Evidence("a", said, id, DOCUMENT)));
  }
}
