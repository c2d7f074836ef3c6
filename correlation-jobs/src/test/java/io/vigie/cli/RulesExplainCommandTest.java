package io.vigie.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class RulesExplainCommandTest {
  private static final String STOPPED =
      "{\"eventID\":\"1\",\"eventTime\":\"2025-03-01T10:00:00Z\",\"eventName\":\"StopLogging\"}";
  private static final String LISTED = STOPPED.replace("StopLogging", "ListUsers");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int explain(String record, String... more) throws IOException {
    Files.writeString(
        folder.resolve("a.yml"),
        """
        name: trail_stopped
        logsource: {product: aws, service: cloudtrail}
        detection: {s: {event.action: StopLogging}, condition: s}
        """);
    Path event = Files.writeString(folder.resolve("event.json"), record);
    List<String> arguments =
        new ArrayList<>(
            List.of("explain", "--event", event.toString(), "--rules", folder.toString()));
    arguments.addAll(List.of(more));
    return new CommandLine(new RulesCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments.toArray(String[]::new));
  }

  @Test
  void oneValueOverManyLinesIsOneRecord() throws IOException {
    assertThat(explain(STOPPED.replace(",", ",\n  "), "trail_stopped")).isZero();
    assertThat(out.toString().replace(folder.toString(), ""))
        .isEqualTo(
            """
            ✓ trail_stopped (/a.yml:1)
              ✓ condition: s
                ✓ s
                  ✓ event.action: 'StopLogging'   ← event.action is 'StopLogging', from eventName, insightDetails.eventName
            """);
  }

  @ParameterizedTest
  @CsvSource({"1, ✓ trail_stopped", "2, ✗ trail_stopped"})
  void lineChoosesARecord(String line, String told) throws IOException {
    assertThat(explain(STOPPED + "\n" + LISTED + "\n", "--line", line, "trail_stopped")).isZero();
    assertThat(out.toString()).startsWith(told);
  }

  @Test
  void partChoosesAnEventOfARecord() throws IOException {
    String both = "{\"Records\":[" + STOPPED + "," + LISTED.replace("\"1\"", "\"2\"") + "]}";
    assertThat(explain(both, "--part", "2", "trail_stopped")).isZero();
    assertThat(out.toString()).startsWith("✗ trail_stopped");
    assertThat(err.toString()).contains("the record holds 2 events, this is number 2 (--part)");
    assertThat(explain(both, "--part", "3", "trail_stopped")).isEqualTo(1);
    assertThat(err.toString()).contains("the record holds 2 events, not number 3");
  }

  @Test
  void ruleFileIsExplainedByItsPath() throws IOException {
    assertThat(explain(STOPPED, folder.resolve("a.yml").toString())).isZero();
    assertThat(out.toString()).startsWith("✓ trail_stopped");
  }

  @Test
  void eventOfAnotherSourceIsSaidToBeNoneTheRuleSees() throws IOException {
    String record =
        "{\"uuid\":\"1\",\"published\":\"2025-03-01T10:00:00Z\",\"eventType\":\"user.session.start\"}";
    assertThat(explain(record, "--source", "okta.system", "trail_stopped")).isZero();
    assertThat(out.toString())
        .contains(
            "✗ logsource: the rule never sees events of okta.system, only those of"
                + " aws.cloudtrail");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          {"x":1}   ~ trail_stopped   ~ 1 ~ the record is no event of the rule's log source:
          {"x":     ~ trail_stopped   ~ 1 ~ aws.cloudtrail: NOT_JSON
          ''        ~ trail_stopped   ~ 1 ~ has no record
          {"x":1}   ~ trail_stoped    ~ 2 ~ there is no rule 'trail_stoped'; did you mean 'trail_stopped'?
          """)
  void whatCannotBeExplainedIsTold(String record, String rule, int exit, String told)
      throws IOException {
    assertThat(explain(record, rule)).isEqualTo(exit);
    assertThat(err.toString()).contains(told);
    assertThat(out.toString()).isEmpty();
  }
}
