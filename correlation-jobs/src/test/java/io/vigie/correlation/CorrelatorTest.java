package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.correlation.Correlator.Arrival;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CorrelatorTest {
  private static final RuleSet RULES =
      TestRules.rules(
          TestRules.pack(
              "two: {type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 2}}"));

  private final HeapJournal journal = new HeapJournal();
  private final Correlator correlator = open();

  private Correlator open() {
    return new Correlator(TestRules.always(RULES), 1, Set.of(TestRules.CLOUDTRAIL), journal);
  }

  @AfterEach
  void close() {
    correlator.close();
  }

  @Test
  void matchAtTheWatermarkIsLateAndTheNextIsNot() {
    correlator.advance(TestRules.clock(1000), correlation -> {});

    assertThat(correlator.add(match("e1", 1000))).isEqualTo(Arrival.LATE);
    assertThat(correlator.add(match("e2", 1001))).isEqualTo(Arrival.TAKEN);
    assertThat(correlator.pendingCount()).isEqualTo(1);
  }

  @Test
  void secondDeliveryIsADuplicate() {
    correlator.add(match("e1", 1000));

    assertThat(correlator.add(match("e1", 1000))).isEqualTo(Arrival.DUPLICATE);
    assertThat(correlator.pendingCount()).isEqualTo(1);
  }

  @Test
  void matchIsKeptForOneTimespan() {
    correlator.add(match("e1", 1000));
    correlator.advance(TestRules.clock(10_999), correlation -> {});
    assertThat(journal.isEmpty()).isFalse();

    correlator.advance(TestRules.clock(11_000), correlation -> {});
    assertThat(journal.isEmpty()).isTrue();
  }

  @Test
  void whatWasSaidIsNotSaidAgainFromAnEarlierClock() {
    List<Correlation> said = new ArrayList<>();
    correlator.add(match("e1", 1000));
    correlator.add(match("e2", 2000));
    correlator.advance(TestRules.clock(5000), said::add);
    assertThat(said).hasSize(1);

    try (Correlator behind = open()) {
      behind.restore(TestRules.clock(500));
      behind.advance(TestRules.clock(Long.MAX_VALUE), said::add);
    }
    assertThat(said).hasSize(1);
    assertThat(journal.isEmpty()).isTrue();
  }

  private static Match match(String id, long time) {
    return new TestMatches(RULES)
        .of(new TestEvent(id, TestRules.CLOUDTRAIL, time, Set.of("a"), Map.of("u", List.of("u"))))
        .get(0);
  }
}
