package io.vigie.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigie.ingest.LogSources;
import io.vigie.job.DetectJob;
import io.vigie.reference.ReferenceHandle;
import io.vigie.rules.RulePack;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BacktestTest {
  private static final String STOPPED =
      """
      name: stopped
      level: high
      logsource: {product: aws, service: cloudtrail}
      detection: {s: {eventName: StopLogging}, condition: s}
      ---
      """;
  private static final String TWICE =
      """
      name: twice
      correlation: {type: event_count, rules: [login], group-by: [userIdentity.arn], timespan: %s, condition: {gte: 2}}
      ---
      name: login
      logsource: {product: aws, service: cloudtrail}
      detection: {s: {eventName: ConsoleLogin}, condition: s}
      """;

  @TempDir private Path folder;

  private static RulePack pack(String yaml) {
    return new RulePack(
        List.of(new RulePack.File("r.yml", yaml.getBytes(StandardCharsets.UTF_8))),
        LogSources.builtIn());
  }

  private static String record(int id, String time, String name, String arn) {
    return """
        {"eventID":"%d","eventTime":"%s","eventName":"%s","userIdentity":{"arn":"%s"}}
        """
        .formatted(id, time, name, arn);
  }

  @Test
  void alertsAreCountedByRuleDayAndGroupAndComparedByTheirIds() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("trail.ndjson"),
            record(1, "2025-03-01T10:00:00Z", "StopLogging", "rika")
                + record(2, "2025-03-02T10:00:00Z", "StopLogging", "rika")
                + record(3, "2025-03-02T11:00:00Z", "ConsoleLogin", "mio")
                + record(4, "2025-03-02T11:03:00Z", "ConsoleLogin", "mio")
                + record(5, "2025-03-02T12:00:00Z", "ConsoleLogin", "rika")
                + record(6, "2025-03-02T12:30:00Z", "ConsoleLogin", "rika")
                + record(7, "2025-03-02T13:00:00Z", "ListUsers", "rika")
                + "{}\n");
    List<String> rejects = new ArrayList<>();

    Backtest backtest =
        Backtest.run(
            pack(STOPPED + TWICE.formatted("1h")),
            pack(TWICE.formatted("5m")),
            ReferenceHandle.none(),
            List.of(new DetectJob.Input("aws.cloudtrail", "trail.ndjson", file)),
            rejects::add);

    JsonNode json = backtest.json();
    assertThat(rejects).hasSize(1);
    assertThat(json.at("/events").asInt()).isEqualTo(7);
    assertThat(json.at("/alerts").asInt()).isEqualTo(4);
    assertThat(json.at("/rules/0").toString())
        .isEqualTo(
            "{\"id\":\"stopped\",\"name\":\"stopped\",\"level\":\"high\",\"alerts\":2,"
                + "\"days\":{\"2025-03-01\":1,\"2025-03-02\":1},\"groups\":[]}");
    assertThat(json.at("/rules/1/groups").toString())
        .isEqualTo("[{\"group\":\"[mio]\",\"alerts\":1},{\"group\":\"[rika]\",\"alerts\":1}]");
    assertThat(json.at("/costs"))
        .extracting(cost -> cost.at("/name").asText() + " " + cost.at("/matches").asInt())
        .containsExactly("login 4", "stopped 2");
    JsonNode against = json.at("/against");
    assertThat(against.at("/rules_added").toString()).isEqualTo("[\"stopped\"]");
    assertThat(against.at("/rules_changed").toString()).isEqualTo("[\"twice\"]");
    assertThat(against.at("/alerts_new").asInt()).isEqualTo(3);
    assertThat(against.at("/alerts_gone").asInt()).isZero();
    assertThat(against.at("/alerts_changed").asInt() + against.at("/alerts_same").asInt())
        .isEqualTo(1);
    assertThat(backtest.text(1))
        .contains(
            "7 events, 1 rejected records, 4 alerts",
            "alerts by rule and day (UTC)   level  all  before  2025-03-02",
            "stopped                         high    2       1           1",
            "  twice [mio]: 1",
            "  rules added: stopped",
            "  + 2025-03-02T12:30:00Z twice [rika]");
  }
}
