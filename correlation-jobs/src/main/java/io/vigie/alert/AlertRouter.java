package io.vigie.alert;

import io.vigie.correlation.Match;
import io.vigie.correlation.MatchRouter;
import io.vigie.enrichment.Enrichers;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.release.OneRelease;
import io.vigie.release.Release;
import io.vigie.rules.RuleSet;
import java.util.function.Consumer;

/**
 * Makes alerts the input of the rules that ask for them. An alert is an event of the log source
 * {@link RuleSet#ALERTS}: once, when it is raised, and with what was known then. Alerts of rules
 * that look at alerts themselves are input of no rule, so that nothing goes round.
 */
public final class AlertRouter {
  private final LogSource source;
  private final MatchRouter router;
  private final AlertDocument documents;
  private final boolean wanted;

  public AlertRouter(Release release, Enrichers enrichers) {
    RuleSet rules = release.rules();
    this.source = release.pack().sources().byId(RuleSet.ALERTS).orElseThrow();
    this.router = new MatchRouter(source, rules, enrichers);
    this.documents = new AlertDocument(new OneRelease(release));
    this.wanted =
        rules.detections().stream()
            .map(RuleSet.DetectionPlan::rule)
            .anyMatch(rule -> source.serves(rule.product(), rule.category(), rule.service()));
  }

  /**
   * Routes one alert, as {@link MatchRouter#route} routes an event.
   *
   * @param alert before it is folded; one that goes on or is told again is no event any more
   */
  public void route(Alert alert, Consumer<Match> toCorrelate, Consumer<Match> toAlert) {
    if (!wanted || alert.lastSeen() > alert.firstSeen()) {
      return;
    }
    byte[] document = AlertDocument.bytes(documents.of(alert));
    source.decode(
        RawRecord.whole(new Origin(RuleSet.ALERTS, 0, 0), document),
        decoded -> {
          if (decoded instanceof Event event) {
            router.route(event, Long.MAX_VALUE, toCorrelate, toAlert);
          } else {
            throw new IllegalStateException("an alert is an event: " + decoded);
          }
        });
  }
}
