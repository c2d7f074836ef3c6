package io.vigie.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostureRowsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Path SOURCES = Path.of("../ingest/sources");

  private static final String SECURITY_HUB =
      """
      {"@timestamp": "2026-03-02T09:00:00.000Z",
       "event": {"id": "f-1", "dataset": "aws.securityhub", "created": "2026-03-01T08:00:00.000Z"},
       "rule": {"name": "Public bucket"}, "log": {"level": "LOW"},
       "vulnerability": {"id": ["CVE-2026-0001", "CVE-2026-0002", "CVE-2026-0001"]},
       "aws": {"securityhub": {"severity": {"label": "CRITICAL"}, "record_state": "ACTIVE",
         "workflow": {"status": "NEW"}, "compliance": {"status": "FAILED"},
         "resources": {"id": ["arn:aws:s3:::Invoices", "arn:aws:s3:::logs"]}}}}
      """;

  private static final String LACEWORK =
      """
      {"@timestamp": "2026-03-02T09:00:00.000Z",
       "event": {"id": "4104", "dataset": "lacework.alert", "reason": "Compromised host"},
       "log": {"level": "Info"}, "cloud": {"instance": {"id": "i-0aaaabbbbccccdddd"}},
       "lacework": {"alert": {"status": "Open", "internet_exposure": "Yes"}}}
      """;

  private static final String WIZ =
      """
      {"@timestamp": "2026-03-02T09:00:00.000Z",
       "event": {"id": "w-1", "dataset": "wiz.issues", "created": "2026-02-20T07:56:09.903Z"},
       "rule": {"name": "Exposed machine"}, "log": {"level": "HIGH"},
       "wiz": {"issues": {"status": "OPEN", "entity_snapshot": {
         "provider_id": "arn:aws:ec2:eu-west-3:111122223333:instance/i-0aaaabbbbccccdddd",
         "external_id": "i-0aaaabbbbccccdddd"}}}}
      """;

  private static ObjectNode document(String text) throws IOException {
    return (ObjectNode) JSON.readTree(text);
  }

  private static ObjectNode row(String text) throws IOException {
    ObjectNode row = PostureRows.of(document(text)).orElseThrow();
    List<String> wrong = new ArrayList<>();
    assertThat(new Posture().read(row, wrong::add)).isPresent();
    assertThat(wrong).isEmpty();
    return row;
  }

  @Test
  void aFindingOfSecurityHubIsARowUnderItsResources() throws IOException {
    assertThat(row(SECURITY_HUB))
        .isEqualTo(
            document(
                """
                {"finding": "aws.securityhub/f-1",
                 "resources": ["arn:aws:s3:::invoices", "arn:aws:s3:::logs"],
                 "severity": "critical", "title": "Public bucket",
                 "vulnerabilities": ["CVE-2026-0001", "CVE-2026-0002"],
                 "updated": "2026-03-02T09:00:00.000Z", "status": "open",
                 "valid_from": "2026-03-01T08:00:00.000Z"}"""));
  }

  @Test
  void anAlertOfLaceworkIsARowThatSaysWhetherTheInternetReachesIt() throws IOException {
    assertThat(row(LACEWORK))
        .isEqualTo(
            document(
                """
                {"finding": "lacework.alert/4104", "resources": ["i-0aaaabbbbccccdddd"],
                 "severity": "informational", "title": "Compromised host", "exposure": "Yes",
                 "updated": "2026-03-02T09:00:00.000Z", "status": "open",
                 "valid_from": "2026-03-02T09:00:00.000Z"}"""));
    assertThat(row(LACEWORK.replace("\"Yes\"", "\"Unknown\"")).has("exposure")).isFalse();
  }

  @Test
  void anIssueOfWizIsARowUnderBothNamesOfItsResource() throws IOException {
    assertThat(row(WIZ))
        .isEqualTo(
            document(
                """
                {"finding": "wiz.issues/w-1",
                 "resources": ["arn:aws:ec2:eu-west-3:111122223333:instance/i-0aaaabbbbccccdddd",
                               "i-0aaaabbbbccccdddd"],
                 "severity": "high", "title": "Exposed machine",
                 "updated": "2026-03-02T09:00:00.000Z", "status": "open",
                 "valid_from": "2026-02-20T07:56:09.903Z"}"""));
  }

  static Stream<String[]> settled() {
    return Stream.of(
        new String[] {SECURITY_HUB, "\"NEW\"", "\"RESOLVED\""},
        new String[] {SECURITY_HUB, "\"NEW\"", "\"SUPPRESSED\""},
        new String[] {SECURITY_HUB, "\"ACTIVE\"", "\"ARCHIVED\""},
        new String[] {SECURITY_HUB, "\"FAILED\"", "\"PASSED\""},
        new String[] {WIZ, "\"OPEN\"", "\"RESOLVED\""},
        new String[] {WIZ, "\"OPEN\"", "\"REJECTED\""});
  }

  @ParameterizedTest
  @MethodSource("settled")
  void aFindingThatIsSettledWasOpenUntilThen(String finding, String state, String now)
      throws IOException {
    assertThat(finding).contains(state);
    ObjectNode row = row(finding.replace(state, now));

    assertThat(row.path("status").asText()).isEqualTo("open");
    assertThat(row.path("valid_until").asText()).isEqualTo("2026-03-02T09:00:00.000Z");
    assertThat(row.path("finding")).isEqualTo(row(finding).path("finding"));
  }

  @Test
  void aFindingThatIsSettledAndWhoseBeginningNobodyKnowsIsResolved() throws IOException {
    ObjectNode row = row(LACEWORK.replace("\"Open\"", "\"Closed\""));

    assertThat(row.path("status").asText()).isEqualTo("resolved");
    assertThat(row.has("valid_until")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"INFORMATIONAL, informational", "LOW, low", "MEDIUM, medium", "HIGH, high"})
  void severitiesAreThoseOfTheTable(String said, String severity) throws IOException {
    assertThat(row(SECURITY_HUB.replace("CRITICAL", said)).path("severity").asText())
        .isEqualTo(severity);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"dataset\": \"aws.securityhub\"",
        "\"id\": \"f-1\"",
        "\"@timestamp\": \"2026-03-02T09:00:00.000Z\"",
        "\"id\": [\"arn:aws:s3:::Invoices\", \"arn:aws:s3:::logs\"]",
      })
  void aDocumentWithoutWhatARowNeedsGivesNone(String said) throws IOException {
    assertThat(SECURITY_HUB).contains(said);

    assertThat(PostureRows.of(document(SECURITY_HUB.replace(said, "\"other\": 1")))).isEmpty();
  }

  @Test
  void eventsThatAreNoFindingsGiveNone() throws IOException {
    assertThat(
            PostureRows.of(document(SECURITY_HUB.replace("aws.securityhub\"", "aws.guardduty\""))))
        .isEmpty();
  }

  static Stream<Path> normalized() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String source : PostureRows.sources()) {
      try (Stream<Path> all = Files.list(SOURCES.resolve(source))) {
        all.filter(file -> file.toString().endsWith(".expected.json")).sorted().forEach(files::add);
      }
    }
    return files.stream();
  }

  @ParameterizedTest
  @MethodSource("normalized")
  void whateverTheSourcesSayTheirRowsAreSound(Path file) throws IOException {
    JsonNode documents = JSON.readTree(file.toFile());
    for (JsonNode each : documents.isArray() ? documents : JSON.createArrayNode().add(documents)) {
      List<String> wrong = new ArrayList<>();
      PostureRows.of((ObjectNode) each)
          .ifPresent(row -> assertThat(new Posture().read(row, wrong::add)).isPresent());
      assertThat(wrong).isEmpty();
    }
  }

  @Test
  void eachSourceHasADocumentThatGivesARow() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : normalized().toList()) {
      JsonNode documents = JSON.readTree(file.toFile());
      for (JsonNode each : documents.isArray() ? documents : List.of(documents)) {
        PostureRows.of((ObjectNode) each)
            .ifPresent(row -> found.add(row.path("finding").asText().replaceAll("/.*", "")));
      }
    }
    assertThat(found).containsAll(PostureRows.sources());
  }
}
