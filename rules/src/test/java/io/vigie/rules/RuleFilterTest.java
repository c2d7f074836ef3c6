package io.vigie.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.rules.detection.EventView;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How filters change what detection rules of other files match. */
final class RuleFilterTest {
  private static final String ONE =
      """
      name: one
      id: 11111111-1111-4111-8111-111111111111
      title: one
      logsource: {product: any}
      detection:
        a: {f: a}
        b: {f: b}
        condition: [a, b]
      """;
  private static final String RULES =
      ONE
          + """
      ---
      name: two
      title: two
      logsource: {product: any, service: x}
      detection:
        s: {f: a}
        condition: s
      ---
      name: counted
      title: counted
      correlation: {type: event_count, rules: [one], timespan: 5m, condition: {gte: 2}}
      """;

  private static String filter(String rules, String condition) {
    return """
        title: what is left out
        logsource: {product: any}
        filter:
          rules: %s
          selection: {user|startswith: adm_}
          other: {g: 1}
          condition: %s
        """
        .formatted(rules, condition);
  }

  private static List<String> matched(RuleSet rules, String event) {
    return rules.detections().stream()
        .filter(
            plan ->
                plan.rule()
                    .predicate()
                    .test(
                        EventView.of(RuleText.SOURCE, rules.fields())
                            .of(RuleText.event(RuleText.json(event)))))
        .map(plan -> plan.rule().header().name())
        .toList();
  }

  private static List<String> told(String... files) {
    Problems problems = new Problems();
    RuleText.read(problems, files);
    return problems.all().stream().map(Problem::toString).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          [one]                                   ~ not selection              ~ {"f":"a","user":"adm_x"}         ~ no
          [one]                                   ~ not selection              ~ {"f":"b","user":"adm_x"}         ~ no
          [one]                                   ~ not selection              ~ {"f":"a","user":"x"}             ~ yes
          [one]                                   ~ not selection              ~ {"f":"a"}                        ~ yes
          [one]                                   ~ not selection              ~ {"f":"c","user":"x"}             ~ no
          one                                     ~ not selection              ~ {"f":"a","user":"adm_x"}         ~ no
          [11111111-1111-4111-8111-111111111111]  ~ not selection              ~ {"f":"a","user":"adm_x"}         ~ no
          any                                     ~ not selection              ~ {"f":"a","user":"adm_x"}         ~ no
          [one]                                   ~ not (selection and other)  ~ {"f":"a","user":"adm_x"}         ~ yes
          [one]                                   ~ not (selection and other)  ~ {"f":"a","user":"adm_x","g":1}   ~ no
          [one]                                   ~ not 1 of them              ~ {"f":"a","g":1}                  ~ no
          """)
  void ruleMatchesOnlyWhatItsFilterFulfils(
      String rules, String condition, String event, String yes) {
    RuleSet set = RuleText.sound(ONE, filter(rules, condition));

    assertThat(matched(set, event)).isEqualTo(yes.equals("yes") ? List.of("one") : List.of());
  }

  @Test
  void filterIsAboutRulesOfAnyFileBeforeOrAfterIt() {
    String event = "{\"f\":\"a\",\"user\":\"adm_x\"}";

    assertThat(matched(RuleText.sound(filter("[one]", "not selection"), ONE), event)).isEmpty();
    assertThat(matched(RuleText.sound(ONE + "---\n" + filter("one", "not selection")), event))
        .isEmpty();
  }

  @Test
  void filterOfTheLogSourceIsAboutEachOfItsRulesAndNoOther() {
    String more =
        "name: %s\ntitle: t\nlogsource: {product: %s}\ndetection: {s: {f: a}, condition: s}\n";
    Problems problems = new Problems();
    RuleSet rules =
        RuleText.read(
            problems,
            more.formatted("here", "any"),
            more.formatted("there", "aws"),
            filter("any", "not selection"));

    assertThat(problems.all()).isEmpty();
    assertThat(matched(rules, "{\"f\":\"a\",\"user\":\"adm_x\"}")).containsExactly("there");
  }

  @Test
  void allFiltersOfARuleCount() {
    RuleSet rules =
        RuleText.sound(ONE, filter("[one]", "not selection"), filter("any", "not other"));

    assertThat(matched(rules, "{\"f\":\"a\"}")).containsExactly("one");
    assertThat(matched(rules, "{\"f\":\"a\",\"g\":1}")).isEmpty();
    assertThat(matched(rules, "{\"f\":\"a\",\"user\":\"adm_x\"}")).isEmpty();
  }

  @Test
  void filterWithoutItsListChangesNothing() {
    String filter =
        """
        title: t
        logsource: {product: any}
        filter:
          rules: any
          selection: {user|expand: '%staff%'}
          condition: not selection
        """;
    Problems problems = new Problems();
    RuleSet rules = RuleText.read(problems, ONE, filter);

    assertThat(problems.all()).extracting(Problem::code).containsExactly("NO_LIST");
    assertThat(matched(rules, "{\"f\":\"a\",\"user\":\"x\"}")).containsExactly("one");
    assertThat(
            matched(
                RuleText.sound(ONE, filter, "placeholders: {staff: [x, y]}"),
                "{\"f\":\"a\",\"user\":\"x\"}"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          [on]      ~ not selection   ~ 2.yml:4:11: error UNKNOWN_RULE: it names the rule 'on', which is not there or has problems itself; did you mean 'one'?
          [one, zz] ~ not selection   ~ 2.yml:4:16: error UNKNOWN_RULE: it names the rule 'zz', which is not there or has problems itself
          [counted] ~ not selection   ~ 2.yml:4:11: error FILTER_OF_CORRELATION: 'counted' is a correlation, which looks at no event itself; filter what it names: one
          []        ~ not selection   ~ 2.yml:4:3: error NO_RULES: 'rules' names no rule; name ids or names, or write any for all rules of the log source
          [[one]]   ~ not selection   ~ 2.yml:4:3: error NO_RULES: 'rules' names no rule; name ids or names, or write any for all rules of the log source
          [one]     ~ not sselection  ~ 2.yml:7:14: error UNKNOWN_SELECTION: the condition names 'sselection', which is no selection; did you mean 'selection'?
          [one]     ~ not rules       ~ 2.yml:7:14: error UNKNOWN_SELECTION: the condition names 'rules', which is no selection; there are: selection, other
          [one]     ~ selection       ~ 2.yml:7:3: warning FILTER_KEEPS: the rules then match only what fulfils 'selection'; to leave that out write not (selection)
          """)
  void brokenFiltersAreTold(String rules, String condition, String expected) {
    assertThat(told(RULES.replace(", service: x", ""), filter(rules, condition)))
        .containsExactly(expected);
  }

  @Test
  void filterAndNamedRuleAgreeOnTheLogSource() {
    String filter = filter("[one]", "not selection").replace("{product: any}", "{product: aws}");

    assertThat(told(ONE, filter))
        .containsExactly(
            "2.yml:4:11: error FILTER_LOGSOURCE: 'one' is about product=any, the filter about"
                + " product=aws; name no more of the log source than the rules have in common");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {logsource: {product: any}, filter: [a]}  ~ 1:29: error NO_FILTER: a filter is a map; for example filter: {rules: [RULE], selection: {user: backup}, condition: not selection}
          {filter: {rules: any, s: {f: a}, condition: not s}}  ~ 1:1: error NO_LOGSOURCE: a filter names the log source of its rules; for example logsource: {product: aws, service: cloudtrail}
          {logsource: {definition: x}, filter: {rules: any, s: {f: a}, condition: not s}}  ~ 1:2: error NO_LOGSOURCE: a filter names the log source of its rules; for example logsource: {product: aws, service: cloudtrail}
          {level: low, logsource: {product: any}, filter: {rules: any, s: {f: a}, condition: not s}}  ~ 1:2: warning UNKNOWN_KEY: the key 'level' is not known and has no effect
          {logsource: {product: any}, filter: {rules: any, s: {f: a}}}  ~ 1:37: error NO_CONDITION: the detection needs a condition over its selections; for example condition: selection
          """)
  void brokenFilterDocumentsAreTold(String document, String expected) {
    assertThat(told(document)).containsExactly("1.yml:" + expected);
  }
}
