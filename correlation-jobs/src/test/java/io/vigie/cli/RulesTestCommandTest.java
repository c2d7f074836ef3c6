package io.vigie.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import picocli.CommandLine;

final class RulesTestCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeRules() throws IOException {
    Files.writeString(
        folder.resolve("a.yml"),
        """
        name: stopped
        logsource: {product: aws, service: cloudtrail}
        detection: {s: {eventName: StopLogging}, condition: s}
        tests:
          - {name: it is stopped, events: [{event: {eventName: StopLogging}}], alerts: 1}
          - {name: "it is <not> \\u0001 stopped", events: [{event: {eventName: ListUsers}}], alerts: 1}
        """);
    Files.writeString(folder.resolve("b.yml"), "name: broken\n");
  }

  private int test(String... more) {
    List<String> arguments = new ArrayList<>(List.of("test", folder.toString()));
    arguments.addAll(List.of(more));
    return new CommandLine(new RulesCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments.toArray(String[]::new));
  }

  @Test
  void everyCaseIsToldWithItsTimeAndAllAreCounted() {
    assertThat(test()).isEqualTo(1);
    assertThat(out.toString())
        .contains("  ok      it is stopped (")
        .contains("  FAILED  it is <not>")
        .contains("          expected  1 alert\n          found     no alert\n")
        .contains("b.yml:1:1: error NO_RULE")
        .containsPattern("1 passed, 1 failed, 2 files, \\d+\\.\\d s\n$");
  }

  @Test
  void onlyChosenCasesAreRun() {
    assertThat(test("--only", "IT IS STOPPED")).isZero();
    assertThat(out.toString()).contains("1 passed, 0 failed").doesNotContain("broken");
  }

  @Test
  void choiceOfNothingIsAFault() {
    assertThat(test("--only", "it is stoped")).isEqualTo(1);
    assertThat(err.toString()).contains("did you mean 'it is stopped'?");
  }

  @Test
  void junitReportIsXmlWithEachCaseAndEachBrokenFile() throws Exception {
    assertThat(test("--format", "junit")).isEqualTo(1);
    Document xml =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(out.toString().getBytes(StandardCharsets.UTF_8)));
    assertThat(xml.getElementsByTagName("testsuite").getLength()).isEqualTo(2);
    assertThat(xml.getElementsByTagName("testcase").getLength()).isEqualTo(3);
    Element failure = (Element) xml.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message")).isEqualTo("expected  1 alert");
    assertThat(((Element) failure.getParentNode()).getAttribute("name"))
        .isEqualTo("it is <not> \uFFFD stopped");
    assertThat(xml.getElementsByTagName("error").getLength()).isEqualTo(1);
  }
}
