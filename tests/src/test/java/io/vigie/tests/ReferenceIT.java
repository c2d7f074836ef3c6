package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.feed.KafkaFeed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reference data through Kafka, in a real job. */
class ReferenceIT {
  private static final String LACEWORK =
      """
      {"alertId": 7, "alertType": "LoginFromSourceUsingCalltype", "alertName": "Login from new location",
       "severity": "High", "status": "Open", "startTime": "2026-03-01T08:00:00Z", "endTime": "2026-03-01T09:00:00Z",
       "alertInfo": {"subject": "Login from new location",
        "description": "For account: 111122223333 (shop) : Unknown/111122223333:rika@corp.example logged in from an IP address 203.0.113.80"}}
      """;
  private static final String CLOUDTRAIL =
      """
      {"eventVersion": "1.11", "eventID": "11111111-2222-4333-8444-555555555555", "eventTime": "2026-03-01T08:20:00Z",
       "eventSource": "iam.amazonaws.com", "eventName": "CreateAccessKey", "awsRegion": "us-east-1",
       "sourceIPAddress": "203.0.113.80", "recipientAccountId": "111122223333",
       "userIdentity": {"type": "IAMUser", "principalId": "AIDAEXAMPLE", "userName": "rika-ops",
        "arn": "arn:aws:iam::111122223333:user/rika-ops", "accountId": "111122223333"}}
      """;
  private static final String APPLICATION =
      """
      {"@timestamp": "2026-03-01T08:50:00Z", "event": {"id": "x1", "action": "customers-exported", "outcome": "success",
       "dataset": "shop.backoffice", "module": "shop"}, "user": {"name": "r.example"}}
      """;

  private static final String IDENTITIES =
      """
      id,name,aliases
      rika,Rika Example,lacework:rika@corp.example|aws:arn:aws:iam::111122223333:user/rika-ops|shop:r.example
      """;

  @TempDir Path folder;

  private String vigie(String... arguments) throws Exception {
    try (Engine engine = Engine.start(folder, arguments)) {
      assertThat(engine.awaitExit()).as(engine.output()).isZero();
      return engine.output();
    }
  }

  private static void send(KafkaFeed feed, String topic, String json) {
    feed.send(topic, json.replace("\n", " ").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatOnePersonDidInThreeSystemsUnderThreeNamesIsOneAlertAndStaysSoInAReplay()
      throws Exception {
    List<String> sources =
        List.of("lacework.alert", "aws.cloudtrail", "app.ecs", "aws.securityhub");
    try (Servers servers = Servers.start(sources);
        KafkaFeed feed = new KafkaFeed(servers.kafka.bootstrapServers(), Map.of())) {
      String config =
          servers
              .configuration(folder, Project.root().resolve("rules/library/identity"), sources, "")
              .toString();
      String identities =
          Files.writeString(folder.resolve("identities.csv"), IDENTITIES).toString();
      assertThat(vigie("reference", "load", "identities", identities, "--config", config))
          .contains("1 added, 0 changed, 0 removed, 0 unchanged")
          .contains("for all events");
      send(feed, "lacework.alert", LACEWORK);
      send(feed, "aws.cloudtrail", CLOUDTRAIL);
      send(feed, "app.ecs", APPLICATION);
      send(
          feed,
          "aws.securityhub",
          Files.readString(
              Project.root().resolve("ingest/sources/aws.securityhub/control-failed.json")));
      feed.flush();

      vigie("run", "--until-end", "--config", config);
      Map<String, ObjectNode> alerts = servers.alerts();
      assertThat(alerts).hasSize(1);
      JsonNode alert = alerts.values().iterator().next();
      assertThat(alert.at("/rule/name").asText())
          .isEqualTo("Finding about a person, an access key and an export by that person");
      assertThat(alert.at("/vigie/alert/group/values/0").asText()).isEqualTo("rika");
      assertThat(alert.at("/vigie/alert/events/count").asInt()).isEqualTo(3);
      assertThat(alert.at("/vigie/identity/name").asText()).isEqualTo("Rika Example");
      assertThat(alert.at("/vigie/reference/identities").asText())
          .matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
      assertThat(servers.evidence().values())
          .hasSize(1)
          .allSatisfy(ids -> assertThat(ids).hasSize(3));

      // Whoever replays what had arrived meets the rows that counted then.
      Files.writeString(folder.resolve("identities.csv"), "id,aliases\nsomebody,shop:other\n");
      assertThat(vigie("reference", "load", "identities", identities, "--config", config))
          .contains("1 added, 0 changed, 1 removed, 0 unchanged")
          .contains("for events that arrive from then on");
      vigie("run", "--until-end", "--config", config);
      assertThat(servers.alerts()).isEqualTo(alerts);

      // Findings are rows of a table too, once for all runs.
      assertThat(vigie("reference", "show", "posture", "--config", config))
          .contains("\"finding\":\"aws.securityhub/");
      assertThat(vigie("reference", "show", "--config", config))
          .containsPattern("identities +1 ")
          .containsPattern("posture +[1-9]");
    }
  }
}
