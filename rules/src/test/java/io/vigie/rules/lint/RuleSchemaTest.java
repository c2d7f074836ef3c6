package io.vigie.rules.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vigie.ingest.LogSources;
import io.vigie.rules.Level;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.rules.correlation.CorrelationType;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlFiles;
import io.vigie.yaml.YamlReader;
import io.vigie.yaml.YamlValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The schema that editors use says what the engine says. */
final class RuleSchemaTest {
  private static final Path FILE = Path.of("schema/rule.schema.json");
  private static final Path CORPUS =
      Path.of(Optional.ofNullable(System.getenv("VIGIE_CORPUS")).orElse("../../shared/corpus"));
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Schema SCHEMA = SCHEMAS.getSchema(text());

  private static final String ONE =
      "\n---\nname: one\nlogsource: {product: aws}\ndetection: {s: {f: a}, condition: s}";
  private static final String TWO = ONE + ONE.replace("one", "two");

  private static final List<String> SOUND =
      List.of(
          detection("s: {f: a}"),
          detection("s: {f: [a, 1, null], g|contains|all: [b, c], h|exists: true, '|re': x}"),
          detection("s: [{f: a}, {g: b}]"),
          detection("s: [word, another]"),
          detection("s: word"),
          detection("s: {f|base64offset|contains: x, g|hour|gte: 22, h|fieldref: i}"),
          correlation("type: event_count, rules: [one], timespan: 5m, condition: {gte: 2, lt: 9}"),
          correlation(
              "type: event_count, rules: one, group-by: f, timespan: 5m, condition: {eq: 2}"),
          correlation(
              "type: value_count, rules: [one], timespan: 5m, condition: {gt: 2, field: f}"),
          correlation(
              "type: value_count, rules: [one], timespan: 5m, condition: {gt: 2, field: [f, g]}"),
          correlation(
              "type: value_sum, rules: [one], timespan: 5m, condition: {gt: 2.5, field: f}"),
          correlation("type: value_avg, rules: [one], timespan: 5m, condition: {lt: 2, field: f}"),
          correlation(
              "type: value_median, rules: [one], timespan: 5m, condition: {lt: 2, field: f}"),
          correlation(
              "type: value_percentile, rules: [one], timespan: 5m,"
                  + " condition: {gt: 2, field: f, percentile: 95}"),
          correlation("type: temporal, rules: [one, two], timespan: 5m, generate: true"),
          correlation("type: temporal, timespan: 5m, condition: one and two"),
          correlation("type: temporal, rules: [one, two], timespan: 5m, condition: {gte: 2}"),
          correlation(
              "type: temporal, rules: [one, two], timespan: 5m, condition: one and not two"),
          correlation(
              "type: temporal, rules: [one, two], timespan: 5m, at-least: {one: 5}, suppress: 1h"),
          correlation("type: temporal_ordered, rules: [one, two], timespan: 5m"),
          correlation(
              "type: event_count, rules: [one], until: [two], timespan: 5m, condition: {gte: 2}"),
          correlation(
              "type: temporal, rules: [one, two], timespan: 5m, group-by: [k],"
                  + " aliases: {k: {one: a, two: b}}"),
          correlation("type: new_terms, rules: [one], timespan: 30d, fields: [f], learning: 0s"),
          correlation(
              "type: epl, rules: [one, two], timespan: 5m, fields: {ip: source.ip},"
                  + " numbers: {n: bytes}, epl: 'select g from one#time(5 min)'"),
          detection("s: {f: a}")
              + "\n---\nlogsource: {product: aws}\nfilter:"
              + " {rules: [a], f: {user: backup}, condition: not f}",
          "placeholders: {Administrators: [alice, bob], One: carol}\n---\n"
              + detection("s: {f|expand: '%Administrators%'}"),
          detection("s: {f: a}") + "\ntests: [{name: t, events: [], alerts: 0}]",
          detection("s: {f: a}")
              + "\ntests: [{events: [{at: 0s, repeat: 5, every: 1m, delay: 2s, source: aws.waf,"
              + " event: {f: a}}], alerts: [{rule: a, group: [x, 1], events: 5}]}]");

  private static final List<String> BROKEN =
      List.of(
          "title: t\nlogsource: {product: aws}\ndetection: {s: {f: a}, condition: s}",
          "name: a\ndetection: {s: {f: a}, condition: s}",
          "name: a\nlogsource: {product: aws}",
          "name: a\nlogsource: {product: aws}\ndetection: {s: {f: a}}",
          "name: a\nlogsource: {product: aws}\ndetection: {condition: s}",
          "name: a\nlevel: severe\nlogsource: {product: aws}\ndetection: {s: {f: a}, condition: s}",
          "name: a\nlevle: low\nlogsource: {product: aws}\ndetection: {s: {f: a}, condition: s}",
          "name: a\nlogsource: {prodcut: aws}\ndetection: {s: {f: a}, condition: s}",
          "- a",
          detection("s: {f|contain: a}"),
          detection("s: {}"),
          detection("s: []"),
          detection("s: null"),
          detection("s: {f: []}"),
          detection("s: {f: {g: 1}}"),
          correlation("rules: [one], timespan: 5m, condition: {gte: 2}"),
          correlation("type: event_cuont, rules: [one], timespan: 5m, condition: {gte: 2}"),
          correlation("type: event_count, rules: [one], condition: {gte: 2}"),
          correlation("type: event_count, timespan: 5m, condition: {gte: 2}"),
          correlation("type: event_count, rules: [], timespan: 5m, condition: {gte: 2}"),
          correlation("type: event_count, rules: [one], timespan: 5 min, condition: {gte: 2}"),
          correlation("type: event_count, rules: [one], timespan: 5m"),
          correlation("type: event_count, rules: [one], timespan: 5m, condition: {ge: 2}"),
          correlation("type: event_count, rules: [one], timespan: 5m, condition: {gte: '2'}"),
          correlation(
              "type: event_count, rules: [one], timespan: 5m, condition: {gte: 2, field: f}"),
          correlation("type: value_count, rules: [one], timespan: 5m, condition: {gte: 2}"),
          correlation("type: value_count, rules: [one], timespan: 5m, condition: {field: f}"),
          correlation(
              "type: value_sum, rules: [one], timespan: 5m, condition: {gt: 2, field: [f, g]}"),
          correlation(
              "type: value_sum, rules: [one], timespan: 5m,"
                  + " condition: {gt: 2, field: f, percentile: 5}"),
          correlation("type: temporal, timespan: 5m"),
          correlation(
              "type: temporal_ordered, rules: [one, two], timespan: 5m, condition: {gte: 2}"),
          correlation("type: temporal, rules: [one, two], timespan: 5m, learning: 7d"),
          correlation(
              "type: event_count, rules: [one], timespan: 5m, condition: {gte: 2}, at-least: {one: 2}"),
          correlation("type: new_terms, rules: [one], timespan: 30d"),
          correlation("type: new_terms, rules: [one], timespan: 30d, fields: [a, b, c, d]"),
          correlation("type: new_terms, rules: [one], timespan: 30d, fields: [a], suppress: 1h"),
          correlation("type: epl, rules: [one], timespan: 5m"),
          correlation("type: epl, rules: [one], timespan: 5m, epl: select 1, condition: {gte: 2}"),
          "logsource: {product: aws}\nfilter: {f: {user: backup}, condition: not f}",
          "logsource: {product: aws}\nfilter: {rules: any, f: {user: backup}}",
          "filter: {rules: any, f: {user: backup}, condition: not f}",
          "placeholders: [alice]",
          detection("s: {f: a}") + "\ntests: [{name: t, events: []}]",
          detection("s: {f: a}") + "\ntests: [{name: t, evnets: [], alerts: 0}]",
          detection("s: {f: a}") + "\ntests: [{events: [{at: soon, event: {f: a}}], alerts: 0}]",
          detection("s: {f: a}") + "\ntests: [{events: [{at: 1s}], alerts: 0}]",
          detection("s: {f: a}") + "\ntests: [{events: [], alerts: [{group: [a]}]}]");

  private static String detection(String selection) {
    return "name: a\nlogsource: {product: aws}\ndetection:\n  " + selection + "\n  condition: s";
  }

  private static String correlation(String body) {
    return "name: c\ncorrelation: {" + body + "}" + TWO;
  }

  private static String text() {
    try {
      return Files.readString(FILE);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theSchemaIsOne() {
    Schema meta =
        SCHEMAS.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(meta.validate(text(), InputFormat.JSON)).isEmpty();
  }

  @Test
  void itKnowsTheCorrelationTypesAndLevelsThatTheEngineKnows() throws JsonProcessingException {
    JsonNode schema = JSON.readTree(text());

    assertThat(schema.at("/$defs/correlation/properties/type/oneOf").findValuesAsText("const"))
        .containsExactlyInAnyOrderElementsOf(CorrelationType.words());
    assertThat(schema.at("/$defs/detection-rule/properties/level/enum"))
        .extracting(JsonNode::asText)
        .containsExactlyElementsOf(
            Arrays.stream(Level.values())
                .map(level -> level.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  @Test
  void itKnowsTheModifiersThatTheEngineKnows() throws JsonProcessingException {
    String pattern = JSON.readTree(text()).at("/$defs/fields/propertyNames/pattern").asText();
    Problems problems = new Problems();
    RuleSet.of(pack(detection("s: {f|zzzzzzzz: a}")), problems);
    String known = problems.errors().get(0).suggestion().replace("known are ", "");

    assertThat(pattern.replaceAll("^.*\\(\\\\\\|\\(|\\)\\)\\*\\$$", "").split("\\|"))
        .containsExactlyInAnyOrder(known.split(", "));
  }

  @TestFactory
  Stream<DynamicTest> itTakesWhatTheEngineTakes() {
    return SOUND.stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule,
                    () -> {
                      assertThat(complaints(rule)).isEmpty();
                      assertThat(schemaErrors("rule", rule)).isEmpty();
                    }));
  }

  @TestFactory
  Stream<DynamicTest> itRefusesWhatTheEngineComplainsOf() {
    return BROKEN.stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule,
                    () -> {
                      assertThat(complaints(rule)).isNotEmpty();
                      assertThat(schemaErrors("rule", rule)).isNotEmpty();
                    }));
  }

  @Test
  void itTakesTheRuleLibrary() {
    assertThat(errorsOfFiles(Path.of("library"), 10)).isEmpty();
  }

  @Test
  void itTakesRulesThatManyUse() {
    Path rules = CORPUS.resolve("sigma/rules");
    assumeTrue(
        Files.isDirectory(rules),
        () -> "no rules at " + rules.toAbsolutePath().normalize() + ": set VIGIE_CORPUS");
    assertThat(errorsOfFiles(rules, 100)).isEmpty();
    assertThat(errorsOfFiles(CORPUS.resolve("expected/correlations"), 5)).isEmpty();
  }

  private static List<String> errorsOfFiles(Path folder, int atLeast) {
    List<String> files = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    Problems problems = new Problems();
    YamlFiles.read(
        List.of(folder),
        problems,
        (file, yaml) -> {
          files.add(file);
          errors.addAll(schemaErrors(file, new String(yaml, StandardCharsets.UTF_8)));
        });
    assertThat(problems.all()).isEmpty();
    assertThat(files).hasSizeGreaterThanOrEqualTo(atLeast);
    return errors;
  }

  private static List<String> schemaErrors(String file, String yaml) {
    Problems problems = new Problems();
    List<String> errors = new ArrayList<>();
    for (YamlValue document :
        YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), problems.of(file))) {
      for (Error error :
          SCHEMA.validate(JSON.valueToTree(document.plain()).toString(), InputFormat.JSON)) {
        errors.add(file + ": " + error);
      }
    }
    assertThat(problems.all()).isEmpty();
    return errors;
  }

  private static RulePack pack(String yaml) {
    return new RulePack(
        List.of(new RulePack.File("a.yml", yaml.getBytes(StandardCharsets.UTF_8))),
        LogSources.builtIn());
  }

  /** Of the engine: errors, and keys that have no effect. */
  private static List<Problem> complaints(String yaml) {
    Problems problems = new Problems();
    RuleSet.of(pack(yaml), problems);
    return problems.all().stream()
        .filter(
            problem ->
                problem.severity() == Problem.Severity.ERROR
                    || problem.code().equals("UNKNOWN_KEY"))
        .toList();
  }
}
