package io.vigie.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** Real and test records of others, where they are at hand: {@code VIGIE_CORPUS}. */
class CorpusTest {
  private static final Path CORPUS =
      Path.of(Optional.ofNullable(System.getenv("VIGIE_CORPUS")).orElse("../../shared/corpus"));

  /** Where the records of a source lie beside, or instead of, the folder of its name. */
  private static final Map<String, List<String>> ELSEWHERE =
      Map.of(
          "aws.cloudtrail", List.of("stratus", "invictus/cloudtrail.ndjson"),
          "falco.alerts", List.of("falco"),
          "o365.audit", List.of("invictus/o365-ual.ndjson"));

  @TestFactory
  Stream<DynamicTest> everyRecordIsAnEventOrRejectedForATrueReason() {
    return ofEachSource(
        source -> {
          int[] events = {0};
          forEachRecord(
              source,
              record ->
                  source.decode(
                      record,
                      decoded -> {
                        if (decoded instanceof Event event) {
                          events[0]++;
                          FuzzTest.assertSound(source, source.toEcs(event));
                        } else if (decoded instanceof Reject reject) {
                          assertTrue(reject, record);
                        }
                      }));
          assertThat(events[0]).isPositive();
        });
  }

  @TestFactory
  Stream<DynamicTest> everyRecordIsTheSameReadInPartsAndWhole() {
    return ofEachSource(
        source -> {
          Random random = new Random(9);
          FocusTest parts = new FocusTest();
          forEachRecord(source, record -> parts.check(source, record.bytes(), random));
        });
  }

  private static Stream<DynamicTest> ofEachSource(ThrowingConsumer<LogSource> test) {
    assumeTrue(
        Files.isDirectory(CORPUS),
        () -> "no corpus at " + CORPUS.toAbsolutePath().normalize() + ": set VIGIE_CORPUS");
    return DynamicTest.stream(
        LogSources.builtIn().all().stream().filter(source -> !files(source).isEmpty()),
        LogSource::id,
        test);
  }

  private static void forEachRecord(LogSource source, Consumer<RawRecord> action)
      throws IOException {
    for (Path file : files(source)) {
      try (RecordReader records =
          new RecordReader(file.toString(), Files.newInputStream(file), source, Bytes.ARRIVAL)) {
        for (RawRecord record = records.next(); record != null; record = records.next()) {
          action.accept(record);
        }
      }
    }
  }

  private static void assertTrue(Reject reject, RawRecord record) {
    String text = new String(record.bytes(), StandardCharsets.UTF_8);
    assertThat(isTrue(reject, text)).as(reject + " " + text).isTrue();
  }

  /** What is said to be missing must not be there; nothing else is wrong with these records. */
  private static boolean isTrue(Reject reject, String record) {
    return switch (reject.reason()) {
      case NOT_THIS_SOURCE, NO_TIME ->
          reject.message().startsWith("has no ")
              && Stream.of(reject.message().substring("has no ".length()).split(" or "))
                  .allMatch(path -> new FieldPath(path).read(json(record)).isEmpty());
      case BAD_TIME -> !record.matches("(?s).*\"[A-Za-z]*[tT]ime\": ?\"20\\d\\d-\\d\\d-\\d\\dT.*");
      default -> false;
    };
  }

  private static JsonNode json(String record) {
    try {
      return StrictJson.MAPPER.readTree(record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(LogSource source) {
    List<String> places = new ArrayList<>(ELSEWHERE.getOrDefault(source.id(), List.of()));
    places.add(source.id());
    List<Path> files = new ArrayList<>();
    for (String place : places) {
      try (Stream<Path> found =
          Files.exists(CORPUS.resolve(place)) ? Files.walk(CORPUS.resolve(place)) : Stream.of()) {
        found.filter(Files::isRegularFile).sorted().forEach(files::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }
}
