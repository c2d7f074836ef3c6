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

final class RulesShowCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int show(String rule) throws IOException {
    Files.writeString(
        folder.resolve("a.yml"),
        """
        name: trail_stopped
        logsource: {product: aws, service: cloudtrail}
        detection: {s: {event.action: StopLogging}, condition: s}
        """);
    return new CommandLine(new RulesCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute("show", rule, "--rules", folder.toString());
  }

  @Test
  void aRuleIsShown() throws IOException {
    assertThat(show("trail_stopped")).isZero();
    assertThat(out.toString())
        .startsWith("trail_stopped\n")
        .contains("    event.action = stoplogging  (from eventName, insightDetails.eventName)\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aRuleThatIsNotThereIsWrongUsage() throws IOException {
    assertThat(show("trail_stoped")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("did you mean 'trail_stopped'?");
  }
}
