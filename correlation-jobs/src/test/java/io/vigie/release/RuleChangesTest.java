package io.vigie.release;

import static io.vigie.release.Published.file;
import static io.vigie.release.Published.pack;
import static io.vigie.release.Published.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.release.RuleChanges.Change;
import io.vigie.release.RuleChanges.Kind;
import org.junit.jupiter.api.Test;

class RuleChangesTest {
  private static final String RULE =
      """
      title: Logging stopped
      id: 6a2c
      level: high
      logsource: {product: aws, service: cloudtrail}
      detection: {s: {eventName: StopLogging}, condition: s}
      """;

  @Test
  void rulesFiltersAndListsAreToldById() {
    RuleChanges changes =
        RuleChanges.between(
            pack(
                rule("gone"),
                rule("same"),
                file("a.yml", RULE),
                file(
                    "f.yml",
                    "title: Not us\nid: f1\nfilter: {rules: [6a2c], s: {a: b}, condition: s}\n"),
                file("l.yml", "placeholders: {Admins: [a], Robots: [r]}\n")),
            pack(
                rule("new"),
                rule("same"),
                file("a.yml", RULE.replace("high", "low")),
                file(
                    "f.yml",
                    "title: Not us\nid: f1\nfilter: {rules: [6a2c], s: {a: c}, condition: s}\n"),
                file("l.yml", "placeholders: {Admins: [a, b], Robots: [r]}\n")));

    assertThat(changes.all())
        .containsExactly(
            new Change(Kind.CHANGED, "6a2c", "Logging stopped"),
            new Change(Kind.CHANGED, "filter f1", "Not us"),
            new Change(Kind.REMOVED, "gone", ""),
            new Change(Kind.CHANGED, "list Admins", ""),
            new Change(Kind.ADDED, "new", ""));
    assertThat(changes.unchanged()).isEqualTo(2);
    assertThat(changes.count(Kind.CHANGED)).isEqualTo(3);
  }

  @Test
  void whatDoesNotChangeTheMeaningIsNoChange() {
    String moved =
        """
        # moved to another file
        tests: [{name: none, events: [{event: {a: b}}], alerts: 0}]
        level: high
        id: "6a2c"
        title: 'Logging stopped'
        detection:
          condition: s
          s:
            eventName: StopLogging
        logsource: {service: cloudtrail, product: aws}
        """;

    RuleChanges changes =
        RuleChanges.between(
            pack(file("a.yml", RULE), rule("b")),
            pack(
                file(
                    "c.yml",
                    "name: b\nlogsource: {product: aws, service: cloudtrail}\ndetection: {s: {eventName: b}, condition: s}\n---\n"
                        + moved)));

    assertThat(changes.all()).isEmpty();
    assertThat(changes.unchanged()).isEqualTo(2);
  }
}
