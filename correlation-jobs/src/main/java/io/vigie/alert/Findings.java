package io.vigie.alert;

import io.vigie.correlation.Contributions;
import io.vigie.correlation.Correlation;
import io.vigie.correlation.Match;
import io.vigie.correlation.Standing;
import io.vigie.enrichment.Enrichers;
import io.vigie.release.Release;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.correlation.CorrelationType;

/**
 * What becomes of what one release of the rules has found: alerts, and matches of the correlations
 * that build on it.
 */
public final class Findings {
  private final Release release;
  private final Contributions contributions;
  private final AlertBuilder builder;
  private final AlertRouter alertRouter;

  /** Takes what comes of a finding. */
  public interface Out {

    /** A match for a correlation of that level. */
    void match(int level, Match match);

    /** An alert that nothing is added to. */
    void alert(Alert alert);

    /**
     * One satisfied time of an episode, to be folded with others.
     *
     * @param key of the group
     */
    void episode(String key, Alert alert);
  }

  public Findings(Release release) {
    this.release = release;
    this.contributions = new Contributions(release.rules());
    this.builder = new AlertBuilder(release);
    this.alertRouter = new AlertRouter(release, Enrichers.ofAlerts());
  }

  /** A match for a correlation. */
  public void correlate(Match match, Out out) {
    CorrelationPlan plan = release.rules().correlations().get(match.rule());
    if (plan != null) {
      out.match(plan.level(), match);
    }
  }

  /** A match that alerts by itself. */
  public void alert(Match match, Out out) {
    Alert alert = builder.of(match);
    out.alert(alert);
    asInput(alert, out);
  }

  /** The alert of a correlation that will be satisfied if nothing else comes. */
  public Alert expected(Correlation correlation) {
    return builder.of(correlation);
  }

  /** A satisfied correlation, or one that was expected to be and is not. */
  public void satisfied(Correlation correlation, Out out) {
    if (correlation.standing() == Standing.WITHDRAWN) {
      out.alert(builder.of(correlation));
      return;
    }
    contributions.of(correlation).forEach(match -> correlate(match, out));
    CorrelationPlan plan = release.rules().correlations().get(correlation.rule());
    if (plan == null || !plan.alerts()) {
      return;
    }
    Alert alert = builder.of(correlation);
    if (plan.rule().suppress().isZero() || plan.rule().type() == CorrelationType.NEW_TERMS) {
      out.alert(alert);
    } else {
      out.episode(Match.key(correlation.rule(), correlation.group()), alert);
    }
    if (plan.level() < RuleSet.MAX_LEVEL) {
      asInput(alert, out);
    }
  }

  /** Alerts are events too; those of rules that look at alerts are input of no rule. */
  private void asInput(Alert alert, Out out) {
    alertRouter.route(alert, match -> correlate(match, out), match -> out.alert(builder.of(match)));
  }
}
