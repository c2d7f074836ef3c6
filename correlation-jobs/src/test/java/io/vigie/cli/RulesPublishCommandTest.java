package io.vigie.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is refused before anybody asks Kafka: nothing listens at the configured address. */
final class RulesPublishCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void configure() throws IOException {
    Files.createDirectory(folder.resolve("rules"));
    Files.writeString(
        folder.resolve("vigie.yaml"),
        """
        kafka: {bootstrap: "127.0.0.1:1"}
        elasticsearch: {url: "http://127.0.0.1:1"}
        sources: [aws.cloudtrail]
        rules: ["%s"]
        checkpoints: {folder: /nowhere}
        """
            .formatted(folder.resolve("rules")));
  }

  private void write(String file, String yaml) throws IOException {
    Files.writeString(folder.resolve("rules").resolve(file), yaml);
  }

  private int publish(String... more) {
    List<String> arguments = new ArrayList<>(List.of("publish"));
    arguments.addAll(List.of("--config", folder.resolve("vigie.yaml").toString()));
    arguments.addAll(List.of(more));
    return new CommandLine(new RulesCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments.toArray(String[]::new));
  }

  private int publishRules(String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add(folder.resolve("rules").toString());
    return publish(arguments.toArray(String[]::new));
  }

  @Test
  void errorsAndFailedTestsAreAllToldAndNothingIsPublished() throws IOException {
    write("broken.yml", "name: broken\n");
    write(
        "unknown.yml",
        "name: u\ncorrelation: {type: event_count, rules: [nobody], timespan: 1m, condition: {gte: 2}}\n");
    write(
        "failing.yml",
        """
        name: stopped
        logsource: {product: aws, service: cloudtrail}
        detection: {s: {eventName: StopLogging}, condition: s}
        tests:
          - {name: it is stopped, events: [{event: {eventName: StopLogging}}], alerts: 1}
          - {name: it is listed, events: [{event: {eventName: ListUsers}}], alerts: 1}
        """);

    assertThat(publishRules()).isEqualTo(1);
    assertThat(err.toString())
        .contains("broken.yml:1:1: error NO_RULE")
        .contains("unknown.yml:1:1: error UNKNOWN_RULE")
        .contains("3 files, 2 rules: 2 errors")
        .contains("FAILED  it is listed")
        .contains("1 passed, 1 failed")
        .contains("vigie: nothing was published\n");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void failedTestAloneIsEnoughToRefuse() throws IOException {
    write(
        "failing.yml",
        """
        name: stopped
        logsource: {product: aws, service: cloudtrail}
        detection: {s: {eventName: StopLogging}, condition: s}
        tests:
          - {name: it is listed, events: [{event: {eventName: ListUsers}}], alerts: 1}
        """);

    assertThat(publishRules()).isEqualTo(1);
    assertThat(err.toString())
        .contains("1 files, 1 rules: 0 errors")
        .contains("FAILED  it is listed")
        .contains("nothing was published")
        .doesNotContain("Kafka");
  }

  @Test
  void testsThatNeedRulesOfOtherFilesAreAFault() throws IOException {
    write(
        "one.yml",
        "name: one\nlogsource: {product: aws, service: cloudtrail}\ndetection: {s: {a: b}, condition: s}\n");
    write(
        "two.yml",
        """
        name: two
        correlation: {type: event_count, rules: [one], timespan: 1m, condition: {gte: 2}}
        tests: [{name: none, events: [{event: {a: c}}], alerts: 0}]
        """);

    assertThat(publishRules()).isEqualTo(1);
    assertThat(err.toString()).contains(": 0 errors").contains("two.yml:1:1: error UNKNOWN_RULE");
  }

  @Test
  void folderWithoutRulesIsAFault() {
    assertThat(publishRules()).isEqualTo(1);
    assertThat(err.toString()).contains("0 files, 0 rules").contains("nothing was published");
  }

  @Test
  void configurationWithErrorsIsAFault() throws IOException {
    Files.writeString(folder.resolve("vigie.yaml"), "kafka: {bootstap: x}\n");

    assertThat(publishRules()).isEqualTo(1);
    assertThat(err.toString())
        .contains("vigie.yaml:1:9: error UNKNOWN_KEY", "did you mean 'bootstrap'?")
        .contains("nothing was published");
  }

  @ParameterizedTest
  @CsvSource({
    "--from=soon, --from is a time such as",
    "--from=now-1h, --from is a time such as",
    "--from=now+1, --from is a time such as",
    "--from=now+8d, at most 7d ahead",
    "--from=2099-01-01T00:00:00Z, at most 7d ahead",
    "--version=\u202etxt, none that cannot be seen",
    "--again=3, either DIR or --again NUMBER",
    "--agian=3, Unknown option"
  })
  void wrongUsageIsToldApartFromFaults(String option, String told) {
    assertThat(publishRules(option)).isEqualTo(2);
    assertThat(err.toString()).contains(told);
  }

  @Test
  void nothingToPublishIsWrongUsage() {
    assertThat(publish()).isEqualTo(2);
    assertThat(err.toString()).contains("either DIR or --again NUMBER");
  }
}
