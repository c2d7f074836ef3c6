package io.vigie.rules.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What an author is told about a rule that can be read and is unwise. */
final class RuleLintTest {
  private static final String HEADER =
      """
      title: t
      id: f5805a75-dd45-4146-934c-91802497d228
      level: low
      description: d
      tags: [attack.t1110]
      """;

  private static final String ALWAYS_TRUE =
      "9:14: warning ALWAYS_TRUE: every event of the log source fulfils the condition;"
          + " say what the rule looks for\n";
  private static final String LIST =
      "for one of several values write a list; for a field that is a list, |all";
  private static final String SMALLER =
      "repeat less, or write the alternatives as a list of values";

  /** A rule and what is said of it after the file's name; several lines for several problems. */
  private record Unwise(String told, String rule) {}

  private static final List<Unwise> UNWISE =
      List.of(
          // Fields.
          detection(
              "10:7: warning UNKNOWN_FIELD: no field 'eventNmae' is known of aws.cloudtrail;"
                  + " did you mean eventName?",
              "s",
              "s: {eventNmae: ConsoleLogin}"),
          detection(
              "10:7: warning UNKNOWN_FIELD: no field 'sourceip' is known of aws.cloudtrail;"
                  + " did you mean source.ip?",
              "s",
              "s: {sourceip|cidr: 10.0.0.1/8, eventName: a}"),
          detection(
              "10:39: warning UNKNOWN_FIELD: no field 'user.nmae' is known of aws.cloudtrail;"
                  + " did you mean user.name?",
              "s",
              "s: {eventName: a, user.id|fieldref: user.nmae}"),
          detection(
              "10:9: warning FIELD_NOT_FILLED: the ECS field 'dns.question.name' is not filled by"
                  + " aws.cloudtrail; name a field of the source, see its source.yml",
              "s",
              "s: [{ dns.question.name: a}]"),
          detection("", "s", "s: {requestParameters.any.field: a}"),
          detection("", "s", "s: {source.ip: 10.0.0.1, sourceIPAddress: 10.0.0.1, mine: a}"),

          // Conditions.
          detection(
              "11:3: warning UNUSED_SELECTION: no condition names the selection 'other';"
                  + " name it in the condition, or drop it",
              "s",
              "s: {eventName: a}",
              "other: {eventName: b}"),
          detection(
              "11:3: warning UNUSED_SELECTION: no condition names the selection '_off';"
                  + " name it in the condition, or drop it",
              "all of them",
              "s: {eventName: a}",
              "_off: {eventName: b}"),
          detection("", "1 of s*", "s1: {eventName: a}", "s2: {eventName: b}"),
          detection("", "(s1) or(s2)", "s1: {eventName: a}", "s2: {eventName: b}"),
          detection(
              "9:14: warning NEVER_TRUE: the condition can never hold: 'eventName = a' and"
                  + " 'eventName = b' exclude each other, unless the field is a list; "
                  + LIST,
              "s and t",
              "s: {eventName: a}",
              "t: {eventName: b}"),
          detection(
              "9:14: warning NEVER_TRUE: the condition can never hold: 'eventName = a' and"
                  + " 'not eventName = a' exclude each other; drop one of them",
              "s and not s",
              "s: {eventName: a}"),
          detection(
              "9:14: warning NEVER_TRUE: the condition can never hold: 'eventName = listbuckets'"
                  + " and 'not eventName like list*' exclude each other; drop one of them",
              "s and not t",
              "s: {eventName: ListBuckets}",
              "t: {eventName|startswith: List}"),
          detection(
              "9:14: warning NEVER_TRUE: an alternative can never hold: 'eventName = a' and"
                  + " 'eventName is missing or null' exclude each other; drop one of them\n"
                  + noAnchor("it may match where 'eventName' is missing"),
              "(s and t) or t",
              "s: {eventName: a}",
              "t: {eventName: null}"),
          detection(
              "10:3: warning NEVER_TRUE: 's' can never hold: 'n > 5' and 'n < 4' exclude each"
                  + " other, unless the field is a list; "
                  + LIST,
              "s",
              "s: {n|gt: 5, n|lt: 4, eventName: a}"),
          detection(
              "10:3: warning NEVER_TRUE: an alternative can never hold: 'n = 1' and 'n > 5'"
                  + " exclude each other, unless the field is a list; "
                  + LIST,
              "s",
              "s: [{eventName: b}, {n: 1, n|gt: 5}]"),
          detection("", "s", "s: {n|gte: 5, n|lte: 5, eventName: a}"),
          detection("", "s", "s: {eventName|all: [a, b]}"),
          detection("", "s and t", "s: {event.type: user}", "t: {event.type: change}"),
          detection("", "s and t", "s: {n: 7}", "t: {n|gt: 5, eventName: a}"),
          detection(
              "9:14: warning NEVER_TRUE: the condition can never hold: 'n = 5' and 'n > 5'"
                  + " exclude each other, unless the field is a list; "
                  + LIST,
              "s and t",
              "s: {n: 5}",
              "t: {n|gt: 5, eventName: a}"),
          detection("", "s and t", "s: {eventName: [a, b]}", "t: {eventName: [b, c]}"),
          detection("", "s and not t", "s: {eventName: a}", "t: {eventName|startswith: ab}"),
          detection("", "s and not t", "s: {eventName: a}", "t: {eventName|cased: A}"),
          detection(
              ALWAYS_TRUE + noAnchor("it may match whenever 'eventName' has some other value"),
              "s or not s",
              "s: {eventName: a}"),
          detection(
              ALWAYS_TRUE
                  + noAnchor("it has a keyword without any fixed text")
                  + "\n10:7: warning EMPTY_TEXT: the keyword '*' is in every event; name a word",
              "s",
              "s: ['*']"),

          // Values.
          detection(
              "10:43: warning EMPTY_TEXT: the empty text is in every value;"
                  + " for a field that is there write eventName|exists: true",
              "s",
              "s: {eventSource: a, eventName|contains: ''}"),
          detection(
              "10:43: note ANY_TEXT: '*' asks only that the field is there;"
                  + " write eventName|exists: true",
              "s",
              "s: {eventSource: a, eventName|contains: '*'}"),
          detection(
              "10:37: error REGEX_TOO_LARGE: the pattern compiles to more than 10000 instructions;"
                  + " lower the counts in {…}",
              "s",
              "s: {eventSource: a, eventName|re: '(?:[a-f]{30}){1000}'}"),
          detection(
              "10:37: warning LARGE_REGEX: the regular expression needs a program of 3,002"
                  + " instructions; "
                  + SMALLER,
              "s",
              "s: {eventSource: a, eventName|re: '(?:[a-f]{3}){1000}'}"),
          plain("^Create", "eventName|startswith|cased: Create"),
          plain("Key$", "eventName|endswith|cased: Key"),
          plain(".*Access.*", "eventName|contains|cased: Access"),
          plain("(?i)access key", "eventName|contains: 'access key'"),
          plain("^a\\.b$", "eventName|cased: a.b"),
          plain("^(Create|Delete)$", "eventName|cased: [Create, Delete]"),
          plain("Create|Delete", "eventName|contains|cased: [Create, Delete]"),
          plain("^Create|Delete$", ""),
          plain("^Cr.ate$", ""),
          plain("Cr\\wate", ""),
          plain("a+", ""),

          // Filters and lists of values.
          new Unwise(
              "10:7: warning UNKNOWN_FIELD: no field 'eventNmae' is known of aws.cloudtrail;"
                  + " did you mean eventName?\n"
                  + "11:3: warning UNUSED_SELECTION: no condition names the selection 'more';"
                  + " name it in the condition, or drop it",
              HEADER.replace("level: low\n", "").replace("description: d\n", "")
                  + """
                  logsource: {product: aws, service: cloudtrail}
                  description: d
                  modified: 2026-01-02
                  filter:
                    rules: any
                    condition: not s
                    s: {eventNmae: a}
                    more: {eventName: b}
                  """),
          new Unwise(
              "",
              """
              placeholders: {Administrators: [alice, bob]}
              ---
              """
                  + detection(
                          "",
                          "s and not t",
                          "s: {eventName: a}",
                          "t: {user.name|expand: '%Administrators%'}")
                      .rule),

          // Costs.
          detection(
              noAnchor("it may match whenever 'eventName' has some other value"),
              "not s",
              "s: {eventName: a}"),
          detection(
              noAnchor("it may match where 'n' is missing"),
              "s or t",
              "s: {eventName: a}",
              "t: {n: null}"),
          detection(
              "9:14: note SHORT_KEYWORD: keywords of fewer than 5 characters (root) make every"
                  + " event be searched at each byte;"
                  + " add a field with a fixed value, or longer words",
              "s",
              "s: [root, failure]"),
          detection("", "s", "s: [rootkit, failure]"),
          detection("", "s and t", "s: [root]", "t: {eventName: a}"),

          // Old Sigma.
          detection(
              "11:3: warning TIMEFRAME: 'timeframe' is not part of Sigma any more and has no"
                  + " effect; write a correlation with a timespan",
              "s",
              "s: {eventName: a}",
              "timeframe: 5m"),

          // Headers.
          new Unwise(
              "1:1: note NO_ATTACK_TAG: no tag names a technique of ATT&CK;"
                  + " for example tags: [attack.credential-access, attack.t1110]\n"
                  + "1:1: note NO_DESCRIPTION: the rule has no description: an analyst reads it in"
                  + " the alert; add description:\n"
                  + "1:1: note NO_LEVEL: the rule has no level: it counts as medium; add level:\n"
                  + "1:1: note NO_TESTS: the file has no tests; see README.md, \"Add a rule\"\n"
                  + "1:1: note NO_UUID: the rule has no id: alerts are known by it; the name stands"
                  + " in for it; add id:",
              """
              name: a
              logsource: {product: aws, service: cloudtrail}
              detection: {s: {eventName: a}, condition: s}
              """),
          new Unwise(
              "2:1: note NO_UUID: the id 'one' is no UUID; Sigma's ids are UUIDs\n"
                  + "5:8: warning BAD_TAG: 'attack.T110' names nothing of ATT&CK;"
                  + " for example attack.t1110 or attack.t1110.001\n"
                  + "5:21: warning BAD_TAG: 'attack.inital-access' names nothing of ATT&CK;"
                  + " did you mean 'attack.initial-access'?",
              """
              title: a
              id: one
              level: low
              description: d
              tags: [attack.T110, attack.inital-access, attack.t1110, attack.g0016, cve.2024.1]
              logsource: {product: aws, service: cloudtrail}
              detection: {s: {eventName: a}, condition: s}
              tests: [{events: [], alerts: 0}]
              """),

          // Correlations.
          correlation(
              "7:14: warning ONE_GROUP: without group-by all matches are one group, decided by one"
                  + " core; for example group-by: [source.ip], or group-by: [] where one group is"
                  + " meant",
              "type: temporal, rules: [one, two], timespan: 1h"),
          correlation("", "type: temporal, rules: [one, two], timespan: 1h, group-by: []"),
          correlation(
              "", "type: temporal, rules: [one, two], timespan: 1h, group-by: [related.user]"),
          correlation(
              "",
              "type: value_count, rules: [one, two], timespan: 1h, group-by: [who],"
                  + " aliases: {who: {one: related.user, two: user.name}},"
                  + " condition: {gte: 2, field: related.ip}"),
          detection("", "s", "s: {related.user: dana, eventName: a}"),
          detection("", "s", "s: {vigie.asset.criticality: high, eventName: a}"),
          detection(
              "10:7: warning FIELD_NOT_FILLED: the ECS field 'dns.question.name' is not filled by"
                  + " aws.cloudtrail; name a field of the source, see its source.yml",
              "s",
              "s: {dns.question.name: a.example, eventName: a}"),
          correlation(
              "7:76: warning UNKNOWN_FIELD: no field 'sourceIpAddress' is known of"
                  + " aws.cloudtrail; did you mean sourceIPAddress?",
              "type: temporal, rules: [one, two], timespan: 1h, group-by: [ sourceIpAddress]"),
          correlation(
              "7:117: warning UNKNOWN_FIELD: no field 'user_name' is known of aws.cloudtrail;"
                  + " did you mean user.name?",
              "type: value_count, rules: [one, two], timespan: 1h, group-by: [eventName],"
                  + " condition: {gte: 2, field: user_name}"),
          correlation(
              "7:73: note ALERT_WAITS: events of aws.cloudtrail may be 10m late, so an alert comes"
                  + " that much after the last event",
              "type: temporal, rules: [one, two], group-by: [eventName], timespan: 5m"),
          correlation(
              "7:73: warning SHORT_TIMESPAN: many log sources give whole seconds, so a timespan of"
                  + " one holds one instant only; 2s or more",
              "type: temporal, rules: [one, two], group-by: [eventName], timespan: 1s"),
          correlation(
              "7:73: note MUCH_STATE: each match is kept for 30d10m, about 1.7 kB each; at one"
                  + " match a second that is 4.4 GB; shorten the timespan, or make the named rules"
                  + " rarer",
              "type: temporal, rules: [one, two], group-by: [eventName], timespan: 30d"),
          correlation("", "type: new_terms, rules: [one, two], timespan: 30d, fields: [eventName]"),
          correlation(
              "",
              "type: event_count, rules: [one], until: [two], timespan: 1h, group-by: [eventName],"
                  + " condition: {gte: 2}"),
          correlation(
              "", "type: temporal, timespan: 1h, group-by: [eventName], condition: one and two"),
          correlation(
              "7:118: warning UNKNOWN_FIELD: no field 'user_name' is known of aws.cloudtrail;"
                  + " did you mean user.name?",
              "type: temporal, rules: [one, two], timespan: 1h, group-by: [who],"
                  + " aliases: {who: {one: user.name, two: user_name}}"),
          correlation(
              "7:94: warning UNKNOWN_FIELD: no field 'user_name' is known of aws.cloudtrail;"
                  + " did you mean user.name?",
              "type: epl, rules: [one, two], timespan: 1h, group-by: [eventName], fields: {u: user_name},"
                  + " epl: 'select one.g as g from one#time(5 min), two#time(5 min)'"),
          correlation(
              "19:1: note NAMED_BY_NOBODY: no correlation names 'two', so it alerts by itself;"
                  + " name it in a correlation's rules, or drop it",
              "type: event_count, rules: [one], timespan: 1h, group-by: [eventName],"
                  + " condition: {gte: 2}"));

  private static String noAnchor(String why) {
    return "9:14: note NO_ANCHOR: the rule is tried on every event of its log source: "
        + why
        + "; add a field with a fixed value, such as the event's name";
  }

  private static Unwise detection(String told, String condition, String... selections) {
    return new Unwise(
        told,
        HEADER
            + "logsource: {product: aws, service: cloudtrail}\n"
            + "tests: [{events: [], alerts: 0}]\n"
            + "detection:\n  condition: "
            + condition
            + "\n"
            + Stream.of(selections).map(line -> "  " + line + "\n").collect(Collectors.joining()));
  }

  /** A regular expression and what to write instead; nothing where it is needed. */
  private static Unwise plain(String regex, String instead) {
    return detection(
        instead.isEmpty()
            ? ""
            : "10:37: note PLAIN_REGEX: the regular expression says what a plain test says; write "
                + instead,
        "s",
        "s: {eventSource: a, eventName|re: '" + regex + "'}");
  }

  private static Unwise correlation(String told, String correlation) {
    return new Unwise(
        told,
        HEADER
            + "tests: [{events: [], alerts: 0}]\ncorrelation: {"
            + correlation
            + "}\n---\n"
            + named("one")
            + "\n---\n"
            + named("two"));
  }

  private static String named(String name) {
    return """
        title: t
        name: %s
        id: f5805a75-dd45-4146-934c-0000000%05d
        logsource: {product: aws, service: cloudtrail}
        detection: {s: {eventName: a}, condition: s}"""
            .formatted(name, name.hashCode() % 10_000)
        + "\nlevel: low\ndescription: d\ntags: [attack.t1110]";
  }

  @TestFactory
  Stream<DynamicTest> everyProblemIsToldOnceWithItsPlaceAndAWayOut() {
    return UNWISE.stream()
        .map(
            unwise ->
                DynamicTest.dynamicTest(
                    unwise.told.isEmpty() ? "sound: " + unwise.rule : unwise.told,
                    () -> assertThat(told(unwise.rule)).isEqualTo(unwise.told)));
  }

  private static String told(String... files) {
    return problems(files).stream()
        .map(Problem::toString)
        .map(line -> line.substring("1.yml:".length()))
        .collect(Collectors.joining("\n"));
  }

  private static List<Problem> problems(String... files) {
    List<RulePack.File> pack = new ArrayList<>();
    for (String file : files) {
      pack.add(
          new RulePack.File((pack.size() + 1) + ".yml", file.getBytes(StandardCharsets.UTF_8)));
    }
    RulePack rules = new RulePack(pack, LogSources.builtIn());
    Problems problems = new Problems();
    RuleSet.of(rules, problems);
    return RuleLint.check(rules, problems);
  }

  @Test
  void aNameThatTwoFilesUseIsTold() {
    String one = named("one") + "\ntests: [{events: [], alerts: 0}]\n";
    String other = one.replace("f5805a75", "f5805a76");

    assertThat(problems(one, other))
        .extracting(Problem::toString)
        .containsExactly(
            "2.yml:2:1: warning DUPLICATE_NAME: the name 'one' is taken by 1.yml;"
                + " give each rule its own: other files find only the first");
  }

  @Test
  void problemsOfAllFilesAreSorted() {
    String unwise = UNWISE.get(0).rule + "  other: {f: a}\n";
    String broken = unwise.replace("eventNmae: ConsoleLogin", "eventNmae|contain: ConsoleLogin");

    assertThat(problems(unwise, broken.replace("f5805a75", "f5805a76")))
        .extracting(problem -> problem.file() + " " + problem.place().line() + " " + problem.code())
        .containsExactly(
            "1.yml 10 UNKNOWN_FIELD",
            "1.yml 11 UNUSED_SELECTION",
            "2.yml 10 UNKNOWN_MODIFIER",
            "2.yml 10 UNKNOWN_FIELD",
            "2.yml 11 UNUSED_SELECTION");
  }

  @Test
  void manyAlternativesAreNotTriedForEver() {
    StringBuilder rule = new StringBuilder();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rule.append("  s%d: {f%d: [a, b, c, d], g: x%d}\n".formatted(i, i, i));
      names.add("(s" + i + " or s0)");
    }
    Unwise many = detection("", String.join(" and ", names), "");

    assertThat(problems(many.rule + rule)).extracting(Problem::code).doesNotContain("NEVER_TRUE");
  }
}
