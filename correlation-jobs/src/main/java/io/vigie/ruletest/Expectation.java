package io.vigie.ruletest;

import io.vigie.alert.Alert;
import io.vigie.rules.RuleHeader;
import io.vigie.rules.RuleSet;
import io.vigie.rules.testing.RuleTest;
import io.vigie.rules.testing.RuleTest.ExpectedAlert;
import io.vigie.yaml.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The alerts that a case expects. */
final class Expectation {
  private final RuleTest test;
  private final RuleSet rules;

  Expectation(RuleTest test, RuleSet rules) {
    this.test = test;
    this.rules = rules;
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
        && (expected.events().isEmpty() || expected.events().getAsInt() == alert.eventCount());
  }

  private static String text(ExpectedAlert expected) {
    return expected.rule()
        + (expected.group() == null ? "" : " " + expected.group())
        + (expected.events().isPresent() ? ", " + events(expected.events().getAsInt()) : "");
  }

  private String text(Alert alert) {
    return "%s %s, %s, %s..%s"
        .formatted(
            rules.header(alert.rule()).name(),
            alert.group(),
            events(alert.eventCount()),
            Offset.text(alert.firstSeen()),
            Offset.text(alert.lastSeen()));
  }

  private static String events(int count) {
    return count == 1 ? "1 event" : count + " events";
  }

  private static String count(int alerts) {
    return alerts == 0 ? "no alert" : alerts == 1 ? "1 alert" : alerts + " alerts";
  }
}
