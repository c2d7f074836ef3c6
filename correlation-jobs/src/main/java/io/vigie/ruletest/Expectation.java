package io.vigie.ruletest;

import io.vigie.alert.Alert;
import io.vigie.rules.RuleHeader;
import io.vigie.rules.RuleSet;
import io.vigie.rules.testing.RuleTest;
import io.vigie.rules.testing.RuleTest.ExpectedAlert;
import io.vigie.yaml.Problems;
import io.vigie.yaml.Timespan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The alerts that a case expects. */
final class Expectation {
  private final RuleTest test;
  private final RuleSet rules;
  private final CaseEvents events;

  /** Ids of the events that each expected alert names as its evidence. */
  private final Map<ExpectedAlert, Set<String>> evidence;

  private Expectation(
      RuleTest test, RuleSet rules, CaseEvents events, Map<ExpectedAlert, Set<String>> evidence) {
    this.test = test;
    this.rules = rules;
    this.events = events;
    this.evidence = evidence;
  }

  static Expectation of(RuleTest test, RuleSet rules, CaseEvents events) throws CaseEvents.BadCase {
    Map<ExpectedAlert, Set<String>> evidence = new HashMap<>();
    for (ExpectedAlert expected : test.expected()) {
      if (expected.evidence() != null) {
        Set<String> ids = new LinkedHashSet<>();
        for (String label : expected.evidence()) {
          ids.addAll(events.idsOf(label));
        }
        evidence.put(expected, ids);
      }
    }
    return new Expectation(test, rules, events, evidence);
  }

  /** What was expected and what was found, in lines; none where the alerts are as expected. */
  List<String> differences(List<Alert> alerts) {
    List<String> unknown = unknownRules();
    if (!unknown.isEmpty()) {
      return unknown;
    }
    boolean right =
        test.alerts().isPresent()
            ? test.alerts().getAsInt() == alerts.size()
            : test.expected().size() == alerts.size() && canBePaired(alerts);
    if (right) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    if (test.alerts().isPresent()) {
      lines.add("expected  " + count(test.alerts().getAsInt()));
    } else if (test.expected().isEmpty()) {
      lines.add("expected  no alert");
    }
    test.expected().forEach(expected -> lines.add("expected  " + text(expected)));
    if (alerts.isEmpty()) {
      lines.add("found     no alert");
    }
    alerts.forEach(alert -> lines.add("found     " + text(alert)));
    return lines;
  }

  private List<String> unknownRules() {
    List<String> names = rules.headers().values().stream().map(RuleHeader::name).toList();
    return test.expected().stream()
        .map(ExpectedAlert::rule)
        .filter(rule -> !names.contains(rule) && !rules.headers().containsKey(rule))
        .map(
            rule ->
                "no rule of this file is called '"
                    + rule
                    + "'; "
                    + Problems.didYouMean(rule, names))
        .toList();
  }

  /** Whether each expected alert can have a found one of its own: Kuhn's matching. */
  private boolean canBePaired(List<Alert> alerts) {
    int[] expectedOf = new int[alerts.size()];
    Arrays.fill(expectedOf, -1);
    for (int expected = 0; expected < test.expected().size(); expected++) {
      if (!pair(expected, alerts, expectedOf, new boolean[alerts.size()])) {
        return false;
      }
    }
    return true;
  }

  private boolean pair(int expected, List<Alert> alerts, int[] expectedOf, boolean[] seen) {
    for (int i = 0; i < alerts.size(); i++) {
      if (seen[i] || !fits(test.expected().get(expected), alerts.get(i))) {
        continue;
      }
      seen[i] = true;
      if (expectedOf[i] < 0 || pair(expectedOf[i], alerts, expectedOf, seen)) {
        expectedOf[i] = expected;
        return true;
      }
    }
    return false;
  }

  private boolean fits(ExpectedAlert expected, Alert alert) {
    boolean rule =
        expected.rule().equals(alert.rule())
            || expected.rule().equals(rules.header(alert.rule()).name());
    List<String> group = expected.group();
    return rule
        && (group == null || group.equals(alert.group()))
        && (expected.events().isEmpty() || expected.events().getAsInt() == alert.eventCount())
        && isAt(expected.from(), alert.firstSeen())
        && isAt(expected.to(), alert.lastSeen())
        && hasEvidence(expected, alert);
  }

  private boolean isAt(Optional<Duration> offset, long time) {
    return offset.isEmpty() || events.start() + offset.get().toMillis() == time;
  }

  /** Of very many events an alert knows only the first by their ids, and the number of all. */
  private boolean hasEvidence(ExpectedAlert expected, Alert alert) {
    Set<String> ids = evidence.get(expected);
    return ids == null
        || (ids.containsAll(alert.eventIds())
            && ids.size() == Math.max(alert.eventIds().size(), alert.eventCount()));
  }

  private static String text(ExpectedAlert expected) {
    return expected.rule()
        + (expected.group() == null ? "" : " " + expected.group())
        + (expected.events().isPresent() ? ", " + events(expected.events().getAsInt()) : "")
        + (expected.from().isEmpty() && expected.to().isEmpty()
            ? ""
            : ", "
                + expected.from().map(Timespan::text).orElse("")
                + ".."
                + expected.to().map(Timespan::text).orElse(""))
        + (expected.evidence() == null ? "" : ", evidence " + expected.evidence());
  }

  private String text(Alert alert) {
    return "%s %s, %s, %s..%s%s"
        .formatted(
            rules.header(alert.rule()).name(),
            alert.group(),
            events(alert.eventCount()),
            Offset.text(events.start(), alert.firstSeen()),
            Offset.text(events.start(), alert.lastSeen()),
            evidence.isEmpty() ? "" : ", evidence " + events.names(alert.eventIds()));
  }

  private static String events(int count) {
    return count == 1 ? "1 event" : count + " events";
  }

  private static String count(int alerts) {
    return alerts == 0 ? "no alert" : alerts == 1 ? "1 alert" : alerts + " alerts";
  }
}
