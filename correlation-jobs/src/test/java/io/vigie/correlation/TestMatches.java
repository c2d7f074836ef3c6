package io.vigie.correlation;

import io.vigie.enrichment.Enrichers;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What test events match, for each correlation and group. */
public final class TestMatches {
  private static final Enrichers NONE = new Enrichers(List.of());

  private final Map<String, MatchRouter> routers = new HashMap<>();

  public TestMatches(RuleSet rules) {
    for (LogSource source : LogSources.builtIn().all()) {
      if (source.id().equals(TestRules.CLOUDTRAIL) || source.id().equals(TestRules.OKTA)) {
        routers.put(source.id(), new MatchRouter(source, rules, NONE));
      }
    }
  }

  public List<Match> of(TestEvent event) {
    List<Match> matches = new ArrayList<>();
    routers.get(event.source()).route(event.event(), Long.MAX_VALUE, matches::add, alert -> {});
    return matches;
  }

  public List<Match> of(List<TestEvent> events) {
    return events.stream().flatMap(event -> of(event).stream()).toList();
  }
}
