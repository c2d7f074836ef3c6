package io.vigie.correlation;

import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A window of the rule {@code fake} that decides nothing. */
class FakeWindow implements RuleWindow {
  private static final RuleSet RULES =
      TestRules.rules(
          TestRules.pack(
              "fake: {type: event_count, rules: [a], timespan: 10s, condition: {gte: 2}}"));

  @Override
  public CorrelationPlan plan() {
    return RULES.correlations().get("fake");
  }

  @Override
  public List<Hit> feed(long time, List<Match> matches, long shift) {
    return List.of();
  }

  @Override
  public List<Hit> advance(long watermark, long shift) {
    return List.of();
  }

  @Override
  public List<Match> behind(Hit hit, @Nullable Episode before) {
    return List.of();
  }

  @Override
  public long gap() {
    return 0;
  }

  @Override
  public boolean isCorrelationStep(int step) {
    return false;
  }

  @Override
  public int size() {
    return 0;
  }

  @Override
  public List<Match> matches() {
    return List.of();
  }

  @Override
  public List<Match> matchesOf(String key) {
    return List.of();
  }

  @Override
  public boolean remembersFor(CorrelationPlan other) {
    return false;
  }

  @Override
  public boolean canWarm(CorrelationPlan other) {
    return false;
  }

  @Override
  public RuleWindow as(CorrelationPlan same) {
    return this;
  }

  @Override
  public void forget(Journal journal) {}

  @Override
  public void recall(Match memory) {}

  @Override
  public void expire(long time, long shift, Journal journal) {}

  @Override
  public long nextShift(long time) {
    return 0;
  }

  @Override
  public void close() {}
}
