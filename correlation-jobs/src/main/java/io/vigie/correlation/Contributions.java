package io.vigie.correlation;

import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.RuleSet.Use;
import io.vigie.rules.correlation.CorrelationType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a satisfied correlation contributes to the correlations that name it. */
public final class Contributions {
  private final RuleSet rules;

  public Contributions(RuleSet rules) {
    this.rules = rules;
  }

  /** One match for each correlation that names it, at the time at which it was satisfied. */
  public List<Match> of(Correlation correlation) {
    List<Match> matches = new ArrayList<>();
    CorrelationPlan plan = rules.correlations().get(correlation.rule());
    if (plan == null) {
      return matches;
    }
    for (Use use : plan.uses()) {
      matches.add(
          new Match(
              use.correlation(),
              chosen(correlation.group(), use.group()),
              use.step(),
              correlation.satisfied(),
              Match.key(correlation.rule(), correlation.group()),
              values(use, chosen(correlation.group(), use.values())),
              correlation.eventCount(),
              correlation.evidence()));
    }
    return matches;
  }

  private List<String> values(Use use, List<String> chosen) {
    CorrelationPlan upper = rules.correlations().get(use.correlation());
    boolean columns = upper != null && upper.rule().type() == CorrelationType.EPL;
    return chosen.isEmpty() || columns ? chosen : List.of(Match.tuple(chosen));
  }

  private static List<String> chosen(List<String> group, int[] positions) {
    return Arrays.stream(positions).mapToObj(group::get).toList();
  }
}
