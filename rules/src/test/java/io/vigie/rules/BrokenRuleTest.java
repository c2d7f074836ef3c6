package io.vigie.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What an author is told about a broken rule: the whole line, once. */
final class BrokenRuleTest {

  /** A rule and what is said of it after the file's name; several lines for several problems. */
  private record Broken(String told, String rule) {}

  private static final List<Broken> BROKEN =
      List.of(
          new Broken(
              "2:1: error NO_ID: the rule has neither id nor name; give it an id: a UUID",
              """
              # nothing
              title: t
              logsource: {product: any}
              detection: {s: {f: a}, condition: s}
              """),
          new Broken(
              "1:1: warning NO_TITLE: the rule has no title; say what it finds",
              """
              id: a
              logsource: {product: any}
              detection: {s: {f: a}, condition: s}
              """),
          new Broken(
              "2:1: error UNKNOWN_LEVEL: 'severe' is no level;"
                  + " one of informational, low, medium, high, critical",
              """
              name: a
              level: severe
              logsource: {product: any}
              detection: {s: {f: a}, condition: s}
              """),
          new Broken(
              "2:1: warning UNKNOWN_KEY: the key 'lgosource' is not known and has no effect;"
                  + " did you mean 'logsource'?\n"
                  + "1:1: error NO_LOGSOURCE: a detection rule names its log source;"
                  + " for example logsource: {product: aws, service: cloudtrail}",
              """
              name: a
              lgosource: {product: any}
              detection: {s: {f: a}, condition: s}
              """),
          new Broken(
              "1:1: error NO_RULE: a rule has either a 'detection' or a 'correlation', and it is a"
                  + " map",
              """
              name: a
              """),
          new Broken("1:1: error NO_RULE: a rule is a map, not a list", "[a, b]\n"),
          detection(
              "4:3: error UNKNOWN_MODIFIER: the modifier 'contain' is not known;"
                  + " did you mean 'contains'?",
              "s: {f|contain: a}",
              "condition: s",
              7),
          detection(
              "error EMPTY_SELECTION: a selection must be a map, a list of maps or a list of"
                  + " keywords, not empty; indent what belongs to it; for example {eventName: CreateUser}",
              "s: {}",
              "condition: s",
              6),
          detection(
              "error EMPTY_SELECTION: a selection must be a map, a list of maps or a list of"
                  + " keywords, not null; indent what belongs to it; for example {eventName: CreateUser}",
              "s: null",
              "condition: s",
              6),
          detection(
              "error EMPTY_SELECTION: a selection must be a map, a list of maps or a list of"
                  + " keywords, not a list; indent what belongs to it; for example {eventName: CreateUser}",
              "s: [[a]]",
              "condition: s",
              7),
          detection(
              "error NO_VALUE: 'f' has an empty list; name a value",
              "s: {f: []}",
              "condition: s",
              7),
          detection(
              "error VALUE_NOT_PLAIN: 'f' needs plain values, not a map;"
                  + " write nested fields with dots, for example userIdentity.type",
              "s: {f: {g: 1}}",
              "condition: s",
              10),
          detection(
              "error NO_FIELD: '|startswith' needs a field before it;"
                  + " keywords, which have none, know all, base64, base64offset, cased, contains,"
                  + " expand, i, m, re, s, utf16, utf16be, utf16le, wide, windash",
              "s: {'|startswith': a}",
              "condition: s",
              7),
          detection(
              "error EXISTS_NOT_BOOLEAN: exists needs true or false",
              "s: {f|exists: 1}",
              "condition: s",
              17),
          detection(
              "error BAD_CIDR: '10.0.0.0' is no network; for example 10.0.0.0/8",
              "s: {f|cidr: 10.0.0.0}",
              "condition: s",
              15),
          detection(
              "error BAD_CIDR: '10.0.0.0/33' is no network; for example 10.0.0.0/8",
              "s: {f|cidr: 10.0.0.0/33}",
              "condition: s",
              15),
          detection(
              "error NOT_A_NUMBER: 'many' is no number", "s: {f|gt: many}", "condition: s", 13),
          detection(
              "error BAD_REGEX: missing closing ): (a;"
                  + " RE2 syntax: no look-around, no back-references",
              "s: {f|re: '(a'}",
              "condition: s",
              13),
          detection(
              "error MODIFIERS_CLASH: 'contains' and 'cidr' do not go together; 'cidr' takes addresses and no part of a text: drop the other",
              "s: {f|contains|cidr: 10.0.0.0/8}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 're' and 'base64' do not go together; 're' takes its value as it is: drop the other",
              "s: {f|re|base64: a}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 're' and 'cased' do not go together; regular expressions heed case unless 'i' says otherwise: drop 'cased'",
              "s: {f|re|cased: a}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 'gt' and 'lt' do not go together; a range is two entries, f|gt and f|lt",
              "s: {f|gt|lt: 5}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 'lt' and 'neq' do not go together; turn the comparison round: not lt is gte",
              "s: {f|lt|neq: 5}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 'exists' and 'neq' do not go together; write exists: false, or true, without 'neq'",
              "s: {f|exists|neq: true}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 'exists' and 'contains' do not go together; 'exists' looks at no value: drop the other",
              "s: {f|exists|contains: true}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 'startswith' and 'endswith' do not go together; write two entries, f|startswith and f|endswith",
              "s: {f|startswith|endswith: a}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 'hour' and 'minute' do not go together; write two entries, f|hour and f|minute",
              "s: {f|hour|minute: 5}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 'gt' and 'contains' do not go together; drop one of them",
              "s: {f|gt|contains: 5}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 'fieldref' and 'base64' do not go together; drop one of them",
              "s: {f|fieldref|base64: g}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 'wide' and 'utf16be' do not go together; drop one of them",
              "s: {f|wide|utf16be|base64: g}",
              "condition: s",
              7),
          detection(
              "error MODIFIERS_CLASH: 'contains' stands twice; once is enough",
              "s: {f|contains|contains: g}",
              "condition: s",
              7),
          detection(
              "error MODIFIER_ORDER: 'i' is a flag of 're', which is not there; drop it: without 'cased' case does not matter",
              "s: {f|i: a}",
              "condition: s",
              7),
          detection(
              "error MODIFIER_ORDER: 's' is a flag of 're', which is not there; write f|re|s",
              "s: {f|contains|s: a}",
              "condition: s",
              7),
          detection(
              "error MODIFIER_ORDER: 're' stands too late, because modifiers are applied in their order; write f|re|i",
              "s: {f|i|re: a}",
              "condition: s",
              7),
          detection(
              "error MODIFIER_ORDER: 'base64offset' stands too late, because modifiers are applied in their order; write f|wide|base64offset|contains",
              "s: {f|contains|wide|base64offset: a}",
              "condition: s",
              7),
          detection(
              "error MODIFIER_ORDER: 'wide' stands too late, because modifiers are applied in their order; write f|wide|base64",
              "s: {f|base64|wide: a}",
              "condition: s",
              7),
          detection(
              "error WILDCARD_ENCODED: 'a*' has a wildcard, which Base64 cannot hold; write a backslash before it, or split the value",
              "s: {f|base64: 'a*'}",
              "condition: s",
              17),
          detection(
              "error TOO_MANY_VALUES: '-a -b -c -d -e' has too many dashes to encode each in all its forms; split the value",
              "s: {f|windash|base64: '-a -b -c -d -e'}",
              "condition: s",
              25),
          detection(
              "error NO_TIME_PART: '24' is no hour; a whole number from 0 to 23",
              "s: {f|hour: 24}",
              "condition: s",
              15),
          detection(
              "error NO_TIME_PART: 'noon' is no hour; a whole number from 0 to 23",
              "s: {f|hour: noon}",
              "condition: s",
              15),
          detection(
              "error NO_TIME_PART: '0' is no day; a whole number from 1 to 31",
              "s: {f|day|gte: 0}",
              "condition: s",
              18),
          detection(
              "error NULL_VALUE: 'f|contains' cannot be compared with null; for a field that is missing write f: null",
              "s: {f|contains: [a, null]}",
              "condition: s",
              23),
          detection(
              "error NULL_VALUE: 'f|lt' cannot be compared with null; for a field that is missing write f: null",
              "s: {f|lt: null}",
              "condition: s",
              13),
          condition(
              "UNKNOWN_SELECTION: the condition names 'selektion', which is no selection;"
                  + " did you mean 'selection'?",
              "selektion"),
          condition(
              "UNKNOWN_SELECTION: the condition names 'x', which is no selection;"
                  + " there are: selection, filter",
              "selection and x"),
          condition(
              "UNKNOWN_SELECTION: the condition names 'fulter_*', which is no selection;"
                  + " there are: selection, filter",
              "1 of fulter_*"),
          condition(
              "BAD_CONDITION: the condition ends where a selection is expected;"
                  + " for example: selection and not 1 of filter_*",
              "selection and"),
          condition(
              "BAD_CONDITION: a parenthesis is not closed;"
                  + " for example: selection and not 1 of filter_*",
              "(selection or filter"),
          condition(
              "BAD_CONDITION: 'filter' is not expected here;"
                  + " for example: selection and not 1 of filter_*",
              "selection filter"),
          condition(
              "BAD_CONDITION: '3 of them' can never be right: 2 are named;"
                  + " for example: selection and not 1 of filter_*",
              "3 of them"),
          condition(
              "PIPE_IN_CONDITION: aggregations after '|' are not part of Sigma any more;"
                  + " write a correlation of type event_count or value_count",
              "selection | count() > 5"),
          new Broken(
              "3:12: error NO_CONDITION: the detection needs a condition over its selections;"
                  + " for example condition: selection",
              """
              name: a
              logsource: {product: any}
              detection: {s: {f: a}}
              """),
          correlation(
              "3:15: error UNKNOWN_CORRELATION_TYPE: 'event_cuont' is no correlation type;"
                  + " did you mean 'event_count'?",
              "type: event_cuont, rules: [one], timespan: 5m, condition: {gte: 2}"),
          correlation(
              "error BAD_TIMESPAN: 'timespan' must be a span of time;"
                  + " for example 30s, 10m, 12h or 7d",
              "type: event_count, rules: [one], timespan: 5 minutes, condition: {gte: 2}"),
          correlation(
              "error BAD_TIMESPAN: 'timespan' must be a span of time;"
                  + " for example 30s, 10m, 12h or 7d",
              "type: temporal, rules: [one, two], timespan: 0s"),
          correlation(
              "error NO_RULES: 'rules' names no rule",
              "type: event_count, rules: [], timespan: 5m, condition: {gte: 2}"),
          correlation(
              "error RULE_NAMED_TWICE: 'rules' and 'until' name a rule twice;"
                  + " ask for several matches of it with at-least: {NAME: 2}",
              "type: temporal, rules: [one, one], timespan: 5m"),
          correlation(
              "error NO_CONDITION: a correlation of type event_count needs a condition;"
                  + " for example condition: {gte: 5}",
              "type: event_count, rules: [one], timespan: 5m"),
          correlation(
              "error BAD_CONDITION: the condition of a temporal correlation is a text over the names of its rules; for example: a and (b or c) and not d; or {gte: 2} for two of the rules",
              "type: temporal, rules: [one, two], timespan: 5m, condition: {gte: 3}"),
          correlation(
              "error BAD_CONDITION: the condition of a temporal_ordered correlation is a text over the names of its rules; for example: a and b and not c; to count, write an event_count correlation",
              "type: temporal_ordered, rules: [one, two], timespan: 5m, condition: {gte: 2}"),
          correlation(
              "error UNKNOWN_SELECTION: the condition names 'twoo', which is no selection; did you mean 'two'?",
              "type: temporal, rules: [one, two], timespan: 5m, condition: one and twoo"),
          correlation(
              "error RULE_NOT_IN_CONDITION: the condition does not name the rule 'two'; name it, or take it out of 'rules'",
              "type: temporal, rules: [one, two], timespan: 5m, condition: one"),
          correlation(
              "error RULE_NAMED_TWICE: the condition names 'one' twice; ask for several matches of it with at-least: {NAME: 2}",
              "type: temporal, rules: [one, two], timespan: 5m, condition: one and two and one"),
          correlation(
              "error ONLY_ABSENCE: the condition names nothing that must happen; for example: switched_off and not switched_on",
              "type: temporal, rules: [one, two], timespan: 5m, condition: not one and not two"),
          correlation(
              "error NOT_NESTED: 'not' may stand only before rules that 'and' joins to the rest; for example: (a or b) and not c",
              "type: temporal, rules: [one, two], timespan: 5m, condition: one or not two"),
          correlation(
              "error CONDITION_TOO_COMPLEX: a negated part must be a rule, or rules joined by 'or'; make a correlation of the rest and name that one",
              "type: temporal, rules: [one, two], timespan: 5m, condition: not (one and two)"),
          correlation(
              "error UNKNOWN_RULE: 'at-least' names 'twoo', which is not among the rules; did you mean 'two'?",
              "type: temporal, rules: [one, two], timespan: 5m, at-least: {twoo: 2}"),
          correlation(
              "error BAD_AT_LEAST: 'one' needs a number from 1 to 10000; for example at-least: {refused: 5}",
              "type: temporal, rules: [one, two], timespan: 5m, at-least: {one: 0}"),
          correlation(
              "error TOO_MANY_POSITIONS: an order has at most 30 matches; count with an event_count correlation and name that one",
              "type: temporal_ordered, rules: [one, two], timespan: 5m, at-least: {one: 30}"),
          correlation(
              "error KEY_OF_ANOTHER_TYPE: a correlation of type event_count has no 'at-least'; drop it",
              "type: event_count, rules: [one, two], timespan: 5m, condition: {gte: 2}, at-least: {one: 3}"),
          correlation(
              "error UNTIL_AND_ABSENCE: a correlation that waits for something not to happen has no 'until'; name that rule in the condition: and not two",
              "type: temporal, rules: [one, three], until: [two], timespan: 5m, condition: one and not three"),
          correlation(
              "error TIMESPAN_TOO_LONG: 'timespan' may be at most 90d; every match of that time is kept",
              "type: temporal, rules: [one, two], timespan: 91d"),
          correlation(
              "error NEW_TERMS_FIELDS: new_terms looks at one to three fields; for example fields: [source.geo.country_iso_code]",
              "type: new_terms, rules: [one], timespan: 30d"),
          correlation(
              "error BAD_LEARNING: 'learning' must be a span of time no longer than the timespan; for example 7d, or 0s for none",
              "type: new_terms, rules: [one], fields: [f], timespan: 30d, learning: 31d"),
          correlation(
              "error KEY_OF_ANOTHER_TYPE: a correlation of type new_terms has no 'suppress'; drop it",
              "type: new_terms, rules: [one], fields: [f], timespan: 30d, suppress: 1d"),
          correlation(
              "error BAD_PERCENTILE: value_percentile needs a percentile from 0 to 100; percentile: 95",
              "type: value_percentile, rules: [one], timespan: 5m, condition: {gte: 2, field: f}"),
          correlation(
              "error ONE_FIELD: value_sum looks at one field; write one correlation for each",
              "type: value_sum, rules: [one], timespan: 5m, condition: {gte: 2, field: [f, g]}"),
          correlation(
              "error ALIAS_INCOMPLETE: the alias 'who' names no field for the rule 'two'; an alias has a field for each rule of the correlation",
              "type: temporal, rules: [one, two], timespan: 5m, group-by: [who], aliases: {who: {one: f}}"),
          correlation(
              "error UNKNOWN_RULE: the alias 'who' names 'twoo', which is no rule of the correlation; did you mean 'two'?",
              "type: temporal, rules: [one, two], timespan: 5m, group-by: [who], aliases: {who: {one: f, two: g, twoo: h}}"),
          correlation(
              "error NO_EPL: a correlation of type epl needs a statement; for example epl: select g from one#time(5 min) group by g having count(*) > 3",
              "type: epl, rules: [one], timespan: 5m"),
          correlation(
              "error COLUMN_TAKEN: the column 'id' is there already; choose another name; g, t and id are in every stream",
              "type: epl, rules: [one], timespan: 5m, epl: select g from one, fields: {id: f}"),
          correlation(
              "error UNKNOWN_OPERATOR: 'ge' is no operator;"
                  + " one of gt, gte, lt, lte, eq, neq, field",
              "type: event_count, rules: [one], timespan: 5m, condition: {ge: 2}"),
          correlation(
              "error NOT_A_NUMBER: 'gte' needs a whole number",
              "type: event_count, rules: [one], timespan: 5m, condition: {gte: '2'}"),
          correlation(
              "error NO_BOUND: the condition has no number; for example gte: 5",
              "type: value_count, rules: [one], timespan: 5m, condition: {field: f}"),
          correlation(
              "error FIELD_NOT_COUNTED: event_count counts events, not the values of a field;"
                  + " drop 'field', or write type: value_count",
              "type: event_count, rules: [one], timespan: 5m, condition: {gte: 2, field: f}"),
          correlation(
              "error NO_FIELD: value_count needs the field to look at; add field: NAME",
              "type: value_count, rules: [one], timespan: 5m, condition: {gte: 2}"),
          correlation(
              "error UNKNOWN_RULE: it names the rule 'on', which is not there or has problems"
                  + " itself; did you mean 'one'?",
              "type: event_count, rules: [on], timespan: 5m, condition: {gte: 2}"));

  private static Broken detection(String told, String selection, String condition, int column) {
    String place = told.matches("\\d+:.*") ? "4:" + column + told.substring(3) : "";
    return new Broken(
        place.isEmpty() ? "4:" + column + ": " + told : place,
        "name: a\nlogsource: {product: any}\ndetection:\n  %s\n  %s\n"
            .formatted(selection, condition));
  }

  private static Broken condition(String told, String condition) {
    return new Broken(
        "6:14: error " + told,
        """
        name: a
        logsource: {product: any}
        detection:
          selection: {f: a}
          filter: {f: b}
          condition: '%s'
        """
            .formatted(condition));
  }

  /** The place counts where {@code told} begins with one. */
  private static Broken correlation(String told, String correlation) {
    return new Broken(
        told,
        """
        name: c
        # where the correlation stands
        correlation: {%s}
        ---
        name: one
        logsource: {product: any}
        detection: {s: {f: a}, condition: s}
        ---
        name: two
        logsource: {product: any}
        detection: {s: {f: b}, condition: s}
        """
            .formatted(correlation));
  }

  @TestFactory
  Stream<DynamicTest> everyProblemIsToldOnceWithItsPlaceAndAWayOut() {
    return BROKEN.stream()
        .map(
            broken ->
                DynamicTest.dynamicTest(
                    broken.told,
                    () -> {
                      Problems problems = new Problems();
                      RuleText.read(problems, broken.rule);
                      String told =
                          problems.all().stream()
                              .map(Problem::toString)
                              .map(line -> line.substring("1.yml:".length()))
                              .collect(Collectors.joining("\n"));
                      assertThat(told.replaceFirst(placed(broken) ? "" : "^\\d+:\\d+: ", ""))
                          .isEqualTo(broken.told);
                    }));
  }

  private static boolean placed(Broken broken) {
    return Character.isDigit(broken.told.charAt(0));
  }

  @Test
  void allProblemsOfAFileAreToldAndTheOtherRulesStillWork() {
    Problems problems = new Problems();
    RuleSet rules =
        RuleText.read(
            problems,
            """
            name: broken
            logsource: {product: any}
            detection:
              s: {f|contain: a, g|cidr: x}
              condition: s
            ---
            name: sound
            logsource: {product: any}
            detection: {s: {f: a}, condition: s}
            """);

    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactly("UNKNOWN_MODIFIER", "BAD_CIDR");
    assertThat(rules.headers()).containsOnlyKeys("sound");
  }
}
