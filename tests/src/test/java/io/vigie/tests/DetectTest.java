package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.demo.DemoRecord;
import io.vigie.demo.DemoStories;
import io.vigie.ingest.LogSources;
import io.vigie.job.DetectJob;
import io.vigie.yaml.Problems;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bounded run: the order of the input, repeats and rubbish change nothing. */
class DetectTest {
  private static final List<byte[]> RECORDS =
      new DemoStories(5, Instant.parse("2026-03-01T12:00:00Z"))
          .records().stream().map(DemoRecord::json).toList();

  @TempDir Path folder;

  @Test
  void theOrderOfTheInputAndRepeatsNeverChangeTheOutput() throws Exception {
    List<byte[]> reversed = new ArrayList<>(RECORDS);
    Collections.reverse(reversed);
    List<byte[]> twiceAndShuffled = new ArrayList<>(RECORDS);
    twiceAndShuffled.addAll(RECORDS);
    Collections.shuffle(twiceAndShuffled, new Random(1));

    List<String> lines = Detection.of(Project.library(), file("a", RECORDS)).lines();

    assertThat(lines).hasSizeGreaterThan(5);
    assertThat(Detection.of(Project.library(), file("b", reversed)).lines()).isEqualTo(lines);
    assertThat(Detection.of(Project.library(), file("c", twiceAndShuffled)).lines())
        .isEqualTo(lines);
  }

  @Test
  void companysOwnSourceIsDetectedOnAsTheOthers() throws Exception {
    Path definition =
        Files.writeString(
            folder.resolve("orders.yml"),
            """
            id: acme.orders
            lateness: 1m
            idle-timeout: 1m
            sigma: [{product: acme}]
            time: {field: at, formats: [epoch]}
            event-id: id
            fields: {user.name: who, event.action: did}
            """);
    Path rule =
        Files.writeString(
            folder.resolve("rule.yml"),
            """
            title: refused
            name: refused
            id: 6b0f3b0c-0d5f-4f0c-8c54-2f8c7a1b0001
            logsource: {product: acme}
            detection: {selection: {did: refused}, condition: selection}
            level: low
            ---
            title: three refused
            id: 6b0f3b0c-0d5f-4f0c-8c54-2f8c7a1b0002
            correlation:
              type: event_count
              rules: [refused]
              group-by: [user.name]
              timespan: 5m
              condition: {gte: 3}
            level: high
            """);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String record = "{\"at\":%d,\"id\":\"%d\",\"who\":\"dana\",\"did\":\"refused\"}";
      records.add(record.formatted(1772352930 + i, i).getBytes(StandardCharsets.UTF_8));
    }
    LogSources sources = LogSources.builtIn().withFiles(List.of(definition), new Problems());

    Detection found = Detection.of(sources, "acme.orders", rule, file("orders", records));

    assertThat(found.rejects()).isEmpty();
    assertThat(found.alerts().values())
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.at("/vigie/alert/group/values/0").asText()).isEqualTo("dana");
              assertThat(alert.at("/vigie/alert/events/count").asInt()).isEqualTo(4);
            });
  }

  @Test
  void alertsAreTheInputOfRulesAndAbsenceIsDecidedAtTheEnd() throws Exception {
    Path rule =
        Files.writeString(
            folder.resolve("rule.yml"),
            """
            title: Protection switched off
            name: switched_off
            id: 6b0f3b0c-0d5f-4f0c-8c54-2f8c7a1b0011
            logsource: {product: aws, service: cloudtrail}
            detection: {selection: {eventName: DeactivateMFADevice}, condition: selection}
            level: low
            ---
            title: Protection switched on
            name: switched_on
            id: 6b0f3b0c-0d5f-4f0c-8c54-2f8c7a1b0012
            logsource: {product: aws, service: cloudtrail}
            detection: {selection: {eventName: EnableMFADevice}, condition: selection}
            level: low
            ---
            title: Protection stays off
            name: stays_off
            id: 6b0f3b0c-0d5f-4f0c-8c54-2f8c7a1b0013
            correlation:
              type: temporal
              rules: [switched_off, switched_on]
              condition: switched_off and not switched_on
              group-by: [user.name]
              timespan: 12h
            level: medium
            ---
            title: Any alert of medium level
            name: any_medium
            id: 6b0f3b0c-0d5f-4f0c-8c54-2f8c7a1b0014
            logsource: {product: vigie, service: alert}
            detection: {selection: {vigie.alert.severity: medium}, condition: selection}
            level: low
            ---
            title: Key made
            name: key_made
            id: 6b0f3b0c-0d5f-4f0c-8c54-2f8c7a1b0015
            logsource: {product: aws, service: cloudtrail}
            detection: {selection: {eventName: CreateAccessKey}, condition: selection}
            level: low
            ---
            title: Alert, then a key
            name: alert_then_key
            id: 6b0f3b0c-0d5f-4f0c-8c54-2f8c7a1b0016
            correlation:
              type: temporal_ordered
              rules: [any_medium, key_made]
              group-by: [user.name]
              timespan: 1h
            level: high
            """);
    List<byte[]> records = new ArrayList<>();
    records.add(call("DeactivateMFADevice", "2026-01-01T00:00:00Z", "kim"));
    records.add(call("DeactivateMFADevice", "2026-01-01T01:00:00Z", "lee"));
    records.add(call("EnableMFADevice", "2026-01-01T12:59:59Z", "lee"));
    records.add(call("CreateAccessKey", "2026-01-01T12:30:00Z", "kim"));
    records.add(call("CreateAccessKey", "2026-01-01T12:30:00Z", "lee"));

    Detection found = Detection.of(rule, file("records", records));

    assertThat(found.rejects()).isEmpty();
    assertThat(found.alerts().values())
        .extracting(
            alert -> alert.at("/rule/name").asText() + alert.at("/vigie/alert/group/values"))
        .containsExactlyInAnyOrder("Protection stays off[\"kim\"]", "Alert, then a key[\"kim\"]");
    assertThat(found.alerts().values())
        .extracting(alert -> alert.at("/vigie/alert/first_seen").asText())
        .containsExactlyInAnyOrder("2026-01-01T12:00:00.000Z", "2026-01-01T12:30:00.000Z");
  }

  private static byte[] call(String name, String time, String user) {
    return """
        {"eventVersion":"1.08","eventSource":"iam.amazonaws.com","eventName":"%s","eventTime":"%s",\
        "eventID":"%1$s %3$s","awsRegion":"us-east-1","recipientAccountId":"111122223333",\
        "userIdentity":{"type":"IAMUser","userName":"%3$s"}}"""
        .formatted(name, time, user)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void updateOfAFindingIsTheSameAlert() throws Exception {
    Path rule =
        Files.writeString(
            folder.resolve("rule.yml"),
            """
            title: finding
            id: 6b0f3b0c-0d5f-4f0c-8c54-2f8c7a1b0003
            logsource: {product: aws, service: guardduty}
            detection: {selection: {event.kind: alert}, condition: selection}
            level: low
            """);
    String finding =
        Files.readString(
                Project.root().resolve("ingest/sources/aws.guardduty/ssh-brute-force.json"))
            .replace('\n', ' ');
    String later = finding.replaceAll("\"updatedAt\" *: *\"20..", "\"updatedAt\":\"2099");
    assertThat(later).isNotEqualTo(finding);
    List<byte[]> records = new ArrayList<>();
    for (String form : List.of(finding, later, finding)) {
      records.add(form.getBytes(StandardCharsets.UTF_8));
    }

    Detection found =
        Detection.of(LogSources.builtIn(), "aws.guardduty", rule, file("findings", records));

    assertThat(found.rejects()).isEmpty();
    assertThat(found.alerts().values())
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.at("/vigie/alert/events/count").asInt()).isEqualTo(1);
              assertThat(alert.at("/vigie/alert/last_seen").asText()).startsWith("2099");
            });
  }

  @Test
  void anEventMeetsTheFindingsThatWereOpenWhenItHappenedWhereverTheyLie() throws Exception {
    Path rule =
        Files.writeString(
            folder.resolve("rule.yml"),
            """
            title: deleted although something is wrong with it
            id: 6b0f3b0c-0d5f-4f0c-8c54-2f8c7a1b0004
            logsource: {product: aws, service: cloudtrail}
            detection:
              selection: {eventName: DeleteBucket, vigie.posture.severity: high}
              condition: selection
            level: low
            """);
    Path finding = Project.root().resolve("ingest/sources/aws.securityhub/control-failed.json");
    List<byte[]> records = new ArrayList<>();
    for (String time : List.of("2026-03-01T07:59:59Z", "2026-03-01T08:00:01Z")) {
      for (String bucket : List.of("invoices", "other")) {
        records.add(
            """
            {"eventVersion": "1.11", "eventID": "%s %s", "eventTime": "%s", "eventSource": "s3.amazonaws.com",
             "eventName": "DeleteBucket", "recipientAccountId": "111122223333", "awsRegion": "eu-west-1",
             "requestParameters": {"bucketName": "%s"}, "userIdentity": {"type": "Root"}}
            """
                .formatted(bucket, time, time, bucket)
                .replace("\n", " ")
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    List<byte[]> oneLine =
        List.of(Files.readString(finding).replace('\n', ' ').getBytes(StandardCharsets.UTF_8));
    List<DetectJob.Input> inputs =
        List.of(
            new DetectJob.Input("aws.cloudtrail", "trail", file("trail", records)),
            new DetectJob.Input("aws.securityhub", "findings", file("findings", oneLine)));
    List<DetectJob.Input> reversed = new ArrayList<>(inputs);
    Collections.reverse(reversed);

    for (List<DetectJob.Input> order : List.of(inputs, reversed)) {
      Detection found = Detection.of(LogSources.builtIn(), rule, order);
      assertThat(found.rejects()).isEmpty();
      assertThat(found.alerts().values())
          .singleElement()
          .satisfies(
              alert -> {
                assertThat(alert.at("/vigie/alert/events/ids/0").asText())
                    .isEqualTo("invoices 2026-03-01T08:00:01Z");
                assertThat(alert.at("/vigie/posture/titles").asText()).isNotEmpty();
              });
    }
  }

  @Test
  void rubbishCostsOnlyItself() throws Exception {
    List<byte[]> withRubbish = new ArrayList<>();
    for (int i = 0; i < RECORDS.size(); i++) {
      withRubbish.add(RECORDS.get(i));
      if (i % 2500 == 0) {
        withRubbish.add(Rubbish.of(i / 2500));
      }
    }
    withRubbish.add(("{\"a\":\"" + "x".repeat(50 << 20) + "\"}").getBytes(StandardCharsets.UTF_8));

    Detection clean = Detection.of(Project.library(), file("clean", RECORDS));
    Detection dirty = Detection.of(Project.library(), file("dirty", withRubbish));

    assertThat(dirty.lines()).isEqualTo(clean.lines());
    assertThat(clean.rejects()).isEmpty();
    // The empty record is a blank line of the file, and in a file nothing is from the future.
    assertThat(dirty.rejects())
        .hasSize(8)
        .allMatch(line -> line.matches("dirty:\\d+: [A-Z0-9_]+: .+"));
  }

  private Path file(String name, List<byte[]> records) throws Exception {
    Path file = folder.resolve(name);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (byte[] record : records) {
        out.write(record);
        out.write('\n');
      }
    }
    return file;
  }
}
