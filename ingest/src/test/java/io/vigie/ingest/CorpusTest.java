package io.vigie.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real and test records of others, where they are at hand: {@code VIGIE_CORPUS}. */
class CorpusTest {
  private static final Path CORPUS =
      Path.of(Optional.ofNullable(System.getenv("VIGIE_CORPUS")).orElse("../../shared/corpus"));

  @Test
  void everyRecordIsAnEventOrRejectedForATrueReason() throws IOException {
    assumeTrue(
        Files.isDirectory(CORPUS),
        () -> "no corpus at " + CORPUS.toAbsolutePath().normalize() + ": set VIGIE_CORPUS");
    int[] events = {0};
    for (Path file : files()) {
      try (RecordReader records = new RecordReader(file.toString(), Files.newInputStream(file))) {
        for (RawRecord record = records.next(); record != null; record = records.next()) {
          JsonNode json = StrictJson.MAPPER.readTree(record.bytes());
          Bytes.CLOUDTRAIL.decode(
              record,
              decoded -> {
                if (decoded instanceof Event event) {
                  events[0]++;
                  FuzzTest.assertSound(Bytes.CLOUDTRAIL.toEcs(event), "");
                } else if (decoded instanceof Reject reject) {
                  assertThat(isTrue(reject, json)).as(reject + " " + json).isTrue();
                }
              });
        }
      }
    }
    assertThat(events[0]).isGreaterThan(1_700);
  }

  private static boolean isTrue(Reject reject, JsonNode json) {
    return switch (reject.reason()) {
      case NOT_THIS_SOURCE -> !json.has("eventName") && !json.has("insightDetails");
      case NO_TIME -> !json.has("eventTime");
      case BAD_TIME -> !json.path("eventTime").asText().matches("20\\d\\d-.*T.*Z");
      default -> false;
    };
  }

  private static Iterable<Path> files() throws IOException {
    try (Stream<Path> sources = Files.list(CORPUS.resolve("aws.cloudtrail"));
        Stream<Path> attacks = Files.list(CORPUS.resolve("stratus"))) {
      return Stream.concat(
              Stream.concat(sources, attacks),
              Stream.of(CORPUS.resolve("invictus/cloudtrail.ndjson")))
          .sorted()
          .toList();
    }
  }
}
