package io.vigie.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class RulesLintCommandTest {
  private static final String RULE =
      """
      title: Trail stopped
      id: 1b4ae0ea-3b7a-4d8c-8f2e-0f6f8c1c2a11
      level: %s
      description: Somebody stopped a trail.
      tags: [attack.t1562.008]
      logsource: {product: aws, service: cloudtrail}
      detection: {s: {%s: StopLogging}, condition: s}
      tests: [{events: [], alerts: 0}]
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new RulesCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private Path rule(String level, String field) throws IOException {
    return Files.writeString(folder.resolve("a.yml"), RULE.formatted(level, field));
  }

  @Test
  void aSoundRuleIsFoundSound() throws IOException {
    rule("high", "eventName");

    assertThat(run("lint", folder.toString())).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(err).hasToString("1 files, 1 rules: 0 errors, 0 warnings, 0 notes%n".formatted());
  }

  @Test
  void anErrorFailsAndIsShownWhereItStands() throws IOException {
    Path file = rule("severe", "eventName");

    assertThat(run("lint", folder.toString())).isEqualTo(1);
    assertThat(out.toString())
        .isEqualTo(
            file
                + """
                :3:1: error UNKNOWN_LEVEL: 'severe' is no level
                    level: severe
                    ^
                    one of informational, low, medium, high, critical
                """);
  }

  @Test
  void aWarningFailsOnlyWhenStrict() throws IOException {
    rule("high", "eventNmae");

    assertThat(run("lint", folder.toString())).isZero();
    assertThat(run("lint", "--strict", folder.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("warning UNKNOWN_FIELD");
  }

  @Test
  void eachFormatIsKnownByItsName() throws IOException {
    rule("high", "eventNmae");

    assertThat(run("lint", "--format", "json", folder.toString())).isZero();
    assertThat(run("lint", "--format=sarif", folder.toString())).isZero();
    assertThat(run("lint", "--format=junit", folder.toString())).isZero();
    assertThat(out.toString()).contains("\"severity\" : \"warning\"", "\"2.1.0\"", "<testsuite");
  }

  @Test
  void wrongUsageAndAFolderWithoutRulesAreToldApart() {
    assertThat(run("lint")).isEqualTo(2);
    assertThat(run("lint", "--format", "html", folder.toString())).isEqualTo(2);
    assertThat(run("lint", folder.toString())).isEqualTo(1);
  }
}
