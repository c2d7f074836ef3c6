package io.vigie.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code expand} makes of {@code %name%}. */
final class PlaceholdersTest {
  private static final String LISTS =
      """
      title: who is who
      placeholders:
        admins: [alice, bob, adm_*]
        hosts: [h1, h2]
        one: single
        numbers: [22, 3389]
        nets: [10.0.0.0/8, '2001:db8::/32']
        hours: [1, 2]
        fields: [g, h]
        dots: ['a.c', 'x?z']
        none: []
        Jump-Servers.2: [j]
      """;

  private static String rule(String selection) {
    return """
        name: r
        title: r
        logsource: {product: any}
        detection:
          selection: %s
          condition: selection
        """
        .formatted(selection);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f|expand: '%admins%'}                 ~ {"f":"Bob"}            ~ yes
          {f|expand: '%admins%'}                 ~ {"f":"adm_x"}          ~ yes
          {f|expand: '%admins%'}                 ~ {"f":"carol"}          ~ no
          {f|expand: '%admins%'}                 ~ {"f":"%admins%"}       ~ no
          {f: '%admins%'}                        ~ {"f":"%admins%"}       ~ yes
          {f: '%admins%'}                        ~ {"f":"bob"}            ~ no
          {f|expand: '%one%'}                    ~ {"f":"single"}         ~ yes
          {f|expand: 'corp/%admins%'}            ~ {"f":"corp/alice"}     ~ yes
          {f|expand: 'corp/%admins%'}            ~ {"f":"alice"}          ~ no
          {f|expand: '%admins%@%hosts%.x'}       ~ {"f":"bob@h2.x"}       ~ yes
          {f|expand: '%admins%@%hosts%.x'}       ~ {"f":"bob@h3.x"}       ~ no
          {f|expand: '%admins%%hosts%'}          ~ {"f":"aliceh1"}        ~ yes
          {f|expand: '*%hosts%'}                 ~ {"f":"x-h1"}           ~ yes
          {f|expand: '\\%plain%hosts%'}          ~ {"f":"%plainh1"}       ~ yes
          {f|expand: '\\%hosts%'}                ~ {"f":"%hosts%"}        ~ yes
          {f|expand: '\\\\%hosts%'}              ~ {"f":"\\\\h1"}         ~ yes
          {f|expand: '100%'}                     ~ {"f":"100%"}           ~ yes
          {f|expand: '5% of %hosts%'}            ~ {"f":"5% of h1"}       ~ yes
          {f|expand: '%Jump-Servers.2%'}         ~ {"f":"j"}              ~ yes
          {f|expand: ['%hosts%', x]}             ~ {"f":"x"}              ~ yes
          {f|expand: ['%hosts%', null]}          ~ {}                     ~ yes
          {f|contains|expand: '%hosts%'}         ~ {"f":"xh1x"}           ~ yes
          {f|expand|contains: '%hosts%'}         ~ {"f":"xh1x"}           ~ yes
          {f|contains|all|expand: ['%hosts%', b]} ~ {"f":"h2 bob"}        ~ yes
          {f|contains|all|expand: ['%hosts%', b]} ~ {"f":"h2"}            ~ no
          {f|expand|neq: '%hosts%'}              ~ {"f":"h2"}             ~ no
          {f|expand|neq: '%hosts%'}              ~ {"f":"h3"}             ~ yes
          {f|expand|cased: '%admins%'}           ~ {"f":"Bob"}            ~ no
          {f|expand|base64: '%hosts%'}           ~ {"f":"aDE="}           ~ yes
          {f|expand: '%numbers%'}                ~ {"f":22}               ~ yes
          {f|cidr|expand: '%nets%'}              ~ {"f":"10.1.2.3"}       ~ yes
          {f|cidr|expand: '%nets%'}              ~ {"f":"11.1.2.3"}       ~ no
          {f|hour|expand: '%hours%'}             ~ {"f":"2026-11-22T02:00:00Z"} ~ yes
          {f|gt|expand: '%numbers%'}             ~ {"f":23}               ~ yes
          {f|fieldref|expand: '%fields%'}        ~ {"f":"x","h":"X"}      ~ yes
          {f|re|expand: '^%dots%$'}              ~ {"f":"a.c"}            ~ yes
          {f|re|expand: '^%dots%$'}              ~ {"f":"abc"}            ~ no
          {f|re|expand: '^%dots%$'}              ~ {"f":"xyz"}            ~ yes
          {f|re|expand: '^%admins%-\\d$'}        ~ {"f":"adm_q-7"}        ~ yes
          {f|expand: '%none%'}                   ~ {"f":"%none%"}         ~ no
          {f|expand: '%none%'}                   ~ {"f":""}               ~ no
          {'|expand': '%hosts%'}                 ~ {"x":"on h2"}          ~ yes
          {'|all|expand': ['%hosts%', b]}        ~ {"x":"h1","y":"b"}     ~ yes
          {'|all|expand': ['%hosts%', b]}        ~ {"x":"h1"}             ~ no
          """)
  void placeholderStandsForEachValueOfItsList(String selection, String event, String yes) {
    RuleMatcher matcher = new RuleMatcher(RuleText.SOURCE, RuleText.sound(rule(selection), LISTS));

    assertThat(matcher.match(RuleText.event(RuleText.json(event))).rules().isEmpty())
        .as("%s over %s", selection, event)
        .isEqualTo(!yes.equals("yes"));
  }

  private static List<String> told(String... files) {
    Problems problems = new Problems();
    RuleText.read(problems, files);
    return problems.all().stream().map(Problem::toString).toList();
  }

  @Test
  void ruleWithoutItsListRestsWithANote() {
    Problems problems = new Problems();
    RuleSet rules = RuleText.read(problems, rule("{f|expand: '%staff%'}"), LISTS);

    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "1.yml:5:25: note NO_LIST: no file says what %staff% stands for, so this has no"
                + " effect; a document would: placeholders: {staff: [VALUE]}");
    assertThat(rules.headers()).containsOnlyKeys("r");
    assertThat(rules.detections()).isEmpty();
  }

  /** Otherwise a rule that leaves out the staff would alert on it. */
  @Test
  void ruleRestsToo_whereOnlyAnExclusionLacksItsList() {
    Problems problems = new Problems();
    RuleSet rules =
        RuleText.read(
            problems,
            """
            name: r
            title: r
            logsource: {product: any}
            detection:
              selection: {f: a}
              filter: {user|expand: '%staff%'}
              condition: selection and not filter
            ---
            name: above
            title: above
            correlation: {type: event_count, rules: [r], timespan: 5m, condition: {gte: 2}}
            """);

    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactly("NO_LIST", "NEVER_SATISFIED");
    assertThat(rules.detections()).isEmpty();
    assertThat(rules.correlations()).isEmpty();
  }

  @Test
  void nearNameIsSuggested() {
    assertThat(told(rule("{f|expand: '%Admins%'}"), LISTS))
        .containsExactly(
            "1.yml:5:25: note NO_LIST: no file says what %Admins% stands for, so this has no"
                + " effect; did you mean 'admins'?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          placeholders: [a]             ~ 2.yml:1:1: error NO_LISTS: 'placeholders' must be a map of names to lists; for example placeholders: {Administrators: [alice, bob]}
          placeholders: {a: [[b]]}      ~ 2.yml:1:16: error VALUE_NOT_PLAIN: the list 'a' must hold plain values only; for example [alice, bob]
          placeholders: {a: null}       ~ 2.yml:1:16: error VALUE_NOT_PLAIN: the list 'a' must hold plain values only; for example [alice, bob]
          placeholders: {hosts: [b]}    ~ 2.yml:1:16: error DUPLICATE_LIST: the list 'hosts' is there already, in 1.yml; put all values into one list
          placeholders: {a b: [b]}      ~ 2.yml:1:16: error BAD_LIST_NAME: 'a b' cannot stand between percent signs; use letters, digits, '_', '-' and '.'
          {placeholders: {a: b}, tag: 1} ~ 2.yml:1:24: warning UNKNOWN_KEY: the key 'tag' is not known and has no effect
          """)
  void brokenListsAreTold(String document, String expected) {
    assertThat(told(LISTS, document)).containsExactly(expected);
  }

  @Test
  void valuesOfSeveralPlaceholdersAreBounded() {
    String list =
        "placeholders: {a: [" + String.join(",", java.util.Collections.nCopies(101, "x")) + "]}";

    assertThat(told(rule("{f|expand: '%a%%a%'}"), list))
        .containsExactly(
            "1.yml:5:25: error TOO_MANY_VALUES: '%a%%a%' stands for more than 10000 texts;"
                + " use a wildcard, or fewer placeholders in one value");
  }
}
