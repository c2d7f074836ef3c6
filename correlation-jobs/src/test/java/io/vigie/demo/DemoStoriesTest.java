package io.vigie.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DemoStoriesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Instant END = Instant.parse("2026-03-02T15:00:00.750Z");
  private static final Instant START = Instant.parse("2026-03-02T09:00:00Z");
  private static final Path LIBRARY = Path.of("..", "rules", "library", "aws");
  private static final DemoStories STORIES = new DemoStories(42, END);
  private static final List<JsonNode> PARSED =
      STORIES.records().stream().map(DemoStoriesTest::parse).toList();

  private static final List<String> TEXTS =
      STORIES.records().stream().map(DemoStoriesTest::text).toList();

  @Test
  void sameSeedAndEndGiveTheSameBytes() {
    List<DemoRecord> again = new DemoStories(42, END).records();

    assertThat(again).hasSameSizeAs(STORIES.records());
    for (int i = 0; i < again.size(); i++) {
      assertThat(Arrays.equals(again.get(i).json(), STORIES.records().get(i).json())).isTrue();
    }
  }

  @Test
  void anotherSeedGivesOtherRecordsAndTheSameAlerts() {
    DemoStories other = new DemoStories(43, END);

    assertThat(other.records().get(0).json()).isNotEqualTo(STORIES.records().get(0).json());
    assertThat(other.expectedAlerts()).isEqualTo(STORIES.expectedAlerts());
  }

  @Test
  void thereAreAboutTwentyThousandRecords() {
    assertThat(STORIES.records()).hasSizeBetween(18_000, 23_000);
  }

  @Test
  void everyRecordHasTheMandatoryFieldsOfCloudTrail() {
    for (JsonNode json : PARSED) {
      assertThat(json.path("eventVersion").asText()).isEqualTo("1.11");
      assertThat(json.path("userIdentity").path("type").asText()).isNotEmpty();
      assertThat(json.path("eventSource").asText()).endsWith(".amazonaws.com");
      assertThat(json.path("eventName").asText()).isNotEmpty();
      assertThat(json.path("awsRegion").asText()).isNotEmpty();
      assertThat(json.path("sourceIPAddress").asText()).isNotEmpty();
      assertThat(json.path("userAgent").asText()).isNotEmpty();
      assertThat(json.has("requestParameters")).isTrue();
      assertThat(json.has("responseElements")).isTrue();
      assertThat(UUID.fromString(json.path("eventID").asText()).version()).isEqualTo(4);
      assertThat(json.path("requestID").asText()).isNotEmpty();
      assertThat(json.path("readOnly").isBoolean()).isTrue();
      assertThat(json.path("managementEvent").isBoolean()).isTrue();
      assertThat(json.path("eventType").asText()).startsWith("Aws");
      assertThat(json.path("eventCategory").asText()).isIn("Management", "Data");
      assertThat(json.path("recipientAccountId").asText()).matches("\\d{12}");
    }
  }

  @Test
  void eventTimesLieInTheSixHoursBeforeTheEnd() {
    for (int i = 0; i < PARSED.size(); i++) {
      Instant at = STORIES.records().get(i).eventTime();
      assertThat(at).isBetween(START, END);
      assertThat(PARSED.get(i).path("eventTime").asText()).isEqualTo(at.toString());
    }
  }

  @Test
  void everyFiveMinutesHaveEvents() {
    Set<Long> slots =
        STORIES.records().stream()
            .map(record -> Duration.between(START, record.eventTime()).toMinutes() / 5)
            .collect(Collectors.toSet());

    assertThat(slots).hasSize(72);
  }

  @Test
  void deliveryIsOutOfOrderAndNeverMoreThanTenMinutesLate() {
    List<Duration> behind = new ArrayList<>();
    Instant latest = Instant.MIN;
    for (DemoRecord record : STORIES.records()) {
      latest = record.eventTime().isAfter(latest) ? record.eventTime() : latest;
      behind.add(Duration.between(record.eventTime(), latest));
    }
    Collections.sort(behind);

    assertThat(behind.get(behind.size() / 2))
        .isBetween(Duration.ofMinutes(1), Duration.ofMinutes(5));
    assertThat(behind.get(behind.size() - 1))
        .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(10));
  }

  @Test
  void someRecordsAreDeliveredTwiceAndTheCopyIsTheSame() {
    Map<String, JsonNode> byId = new HashMap<>();
    List<JsonNode> copies = new ArrayList<>();
    for (JsonNode json : PARSED) {
      JsonNode first = byId.putIfAbsent(json.path("eventID").asText(), json);
      if (first != null) {
        assertThat(json).isEqualTo(first);
        copies.add(json);
      }
    }

    assertThat(copies).hasSizeBetween(100, 1_000);
  }

  @Test
  void ordinaryLifeGoesOnDuringEveryStory() {
    for (String mark :
        List.of("oskar.brandt", "contractor-build", "svc-metrics", "203.0.113.150", "4e1f90bc")) {
      List<Integer> places =
          IntStream.range(0, PARSED.size())
              .filter(i -> TEXTS.get(i).contains(mark))
              .boxed()
              .toList();
      int first = Collections.min(places);
      int last = Collections.max(places);

      assertThat(last - first + 1 - places.size()).as(mark).isGreaterThan(50);
    }
  }

  @Test
  void storiesEndLongBeforeTheLastRecord() {
    Instant lastOfStories =
        STORIES.records().stream()
            .filter(record -> text(record).contains("203.0.113."))
            .map(DemoRecord::eventTime)
            .max(Instant::compareTo)
            .orElseThrow();

    assertThat(lastOfStories).isBefore(END.minus(Duration.ofMinutes(30)));
  }

  @Test
  void addressesAndAccountsAreThoseForDocumentation() {
    Set<String> addresses = new HashSet<>();
    Set<String> accounts = new HashSet<>();
    for (JsonNode json : PARSED) {
      addresses.add(json.path("sourceIPAddress").asText());
      accounts.add(json.path("recipientAccountId").asText());
    }

    assertThat(addresses)
        .allMatch(
            address ->
                address.matches("(192\\.0\\.2|198\\.51\\.100|203\\.0\\.113)\\.\\d+|10(\\.\\d+){3}")
                    || address.equals("AWS Internal")
                    || address.endsWith(".amazonaws.com"));
    assertThat(accounts).containsExactly("111122223333");
  }

  @Test
  void expectedAlertsNameRulesOfTheLibrary() throws IOException {
    Map<String, String> titles = new HashMap<>();
    try (Stream<Path> files = Files.list(LIBRARY)) {
      for (Path file : files.toList()) {
        List<String> lines = Files.readAllLines(file);
        titles.put(value("id: ", lines), value("title: ", lines));
      }
    }

    assertThat(STORIES.expectedAlerts()).hasSizeGreaterThanOrEqualTo(3);
    for (ExpectedAlert alert : STORIES.expectedAlerts()) {
      assertThat(titles).containsEntry(alert.ruleId(), alert.ruleTitle());
      assertThat(alert.story()).isNotEmpty();
    }
  }

  /** Of the first document of a rule file, which is the one that alerts. */
  private static String value(String key, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()))
        .findFirst()
        .orElseThrow();
  }

  private static String text(DemoRecord record) {
    return new String(record.json(), StandardCharsets.UTF_8);
  }

  private static JsonNode parse(DemoRecord record) {
    try {
      return JSON.readTree(record.json());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
