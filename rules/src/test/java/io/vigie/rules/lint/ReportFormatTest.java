package io.vigie.rules.lint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problem.Severity;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

final class ReportFormatTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RulePack PACK =
      new RulePack(
          List.of(file("my rules/a.yml", "title: t\nlevel: severe\n"), file("b.yml", "id: x\n")),
          LogSources.builtIn());
  private static final List<Problem> PROBLEMS =
      List.of(
          new Problem(
              Severity.WARNING, "EMPTY_TEXT", "b.yml", new Place(1, 5), "a <&> \u0000 b", ""),
          new Problem(
              Severity.ERROR,
              "UNKNOWN_LEVEL",
              "my rules/a.yml",
              new Place(2, 1),
              "'severe' is no level",
              "one of low, high"),
          new Problem(
              Severity.NOTE, "NO_TESTS", "my rules/a.yml", new Place(9, 1), "no tests", ""));

  private static RulePack.File file(String name, String text) {
    return new RulePack.File(name, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aPersonSeesTheLineAndAMarkUnderTheColumn() {
    assertThat(ReportFormat.TEXT.of(PROBLEMS.subList(1, 3), PACK))
        .isEqualTo(
            """
            my rules/a.yml:2:1: error UNKNOWN_LEVEL: 'severe' is no level
                level: severe
                ^
                one of low, high
            Of files with errors, notes are left out: 1
            """);
    assertThat(ReportFormat.TEXT.of(PROBLEMS.subList(2, 3), PACK))
        .isEqualTo("my rules/a.yml:9:1: note NO_TESTS: no tests\n");
  }

  @Test
  void nothingIsNoText() {
    assertThat(ReportFormat.TEXT.of(List.of(), PACK)).isEmpty();
    assertThat(ReportFormat.JSON.of(List.of(), PACK)).isEqualTo("[ ]\n");
  }

  @Test
  void jsonIsAListOfProblems() throws Exception {
    JsonNode list = JSON.readTree(ReportFormat.JSON.of(PROBLEMS, PACK));

    assertThat(list.get(1))
        .isEqualTo(
            JSON.readTree(
                """
                {"file": "my rules/a.yml", "line": 2, "column": 1, "severity": "error",
                 "code": "UNKNOWN_LEVEL", "message": "'severe' is no level",
                 "suggestion": "one of low, high"}
                """));
    assertThat(list).hasSize(3);
  }

  @Test
  void sarifNamesToolRulesAndPlaces() throws Exception {
    JsonNode log = JSON.readTree(ReportFormat.SARIF.of(PROBLEMS, PACK));

    assertThat(log.get("version").asText()).isEqualTo("2.1.0");
    assertThat(log.get("runs")).hasSize(1);
    JsonNode run = log.at("/runs/0");
    assertThat(run.at("/tool/driver/name").asText()).isEqualTo("vigie rules lint");
    assertThat(run.at("/tool/driver/rules").findValuesAsText("id"))
        .containsExactly("EMPTY_TEXT", "NO_TESTS", "UNKNOWN_LEVEL");
    assertThat(run.get("results")).hasSize(3);
    for (JsonNode result : run.get("results")) {
      assertThat(run.at("/tool/driver/rules").get(result.get("ruleIndex").asInt()).get("id"))
          .isEqualTo(result.get("ruleId"));
    }
    assertThat(run.at("/results/1"))
        .isEqualTo(
            JSON.readTree(
                """
                {"ruleId": "UNKNOWN_LEVEL", "ruleIndex": 2, "level": "error",
                 "message": {"text": "'severe' is no level; one of low, high"},
                 "locations": [{"physicalLocation": {
                   "artifactLocation": {"uri": "my%20rules/a.yml"},
                   "region": {"startLine": 2, "startColumn": 1}}}]}
                """));
  }

  @Test
  void junitHasATestCaseForEachFileThatFailsForErrorsOnly() throws Exception {
    String report = ReportFormat.JUNIT.of(PROBLEMS, PACK);

    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(report.getBytes(StandardCharsets.UTF_8)))
            .getDocumentElement();
    assertThat(suite.getAttribute("tests")).isEqualTo("2");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    Element first = (Element) suite.getElementsByTagName("testcase").item(0);
    Element second = (Element) suite.getElementsByTagName("testcase").item(1);
    assertThat(first.getAttribute("name")).isEqualTo("my rules/a.yml");
    assertThat(first.getElementsByTagName("failure").item(0).getTextContent())
        .isEqualTo(
            "my rules/a.yml:2:1: error UNKNOWN_LEVEL: 'severe' is no level; one of low, high");
    assertThat(second.getElementsByTagName("failure").getLength()).isZero();
    assertThat(second.getElementsByTagName("system-out").item(0).getTextContent())
        .isEqualTo("b.yml:1:5: warning EMPTY_TEXT: a <&> \\u0000 b");
  }
}
