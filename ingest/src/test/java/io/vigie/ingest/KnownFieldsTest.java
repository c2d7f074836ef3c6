package io.vigie.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * {@code sources/SOURCE/fields.txt} lists the fields of the source's golden records. {@code
 * -Dgolden.update=true} writes it.
 */
class KnownFieldsTest {

  @TestFactory
  Stream<DynamicTest> theFieldsOfTheGoldenRecordsAreListed() {
    return LogSources.builtIn().all().stream()
        .map(source -> DynamicTest.dynamicTest(source.id(), () -> check(source)));
  }

  private static void check(LogSource source) throws IOException {
    Set<String> fields = new TreeSet<>();
    for (Path file : GoldenTest.records(source)) {
      RawRecord record =
          RawRecord.whole(
              new Origin(file.getFileName().toString(), 0, 1),
              Files.readAllBytes(file),
              Bytes.ARRIVAL);
      source.decode(
          record,
          decoded -> {
            if (decoded instanceof Event event) {
              collect(event.payload(), "", fields);
            }
          });
    }
    String actual = String.join("\n", fields) + "\n";
    Path list = GoldenTest.ROOT.resolve(source.id()).resolve("fields.txt");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(list, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(list));
  }

  private static void collect(JsonNode node, String path, Set<String> fields) {
    if (!path.isEmpty()) {
      fields.add(path);
    }
    node.properties()
        .forEach(
            member ->
                collect(
                    member.getValue(),
                    path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                    fields));
    if (node.isArray()) {
      node.forEach(element -> collect(element, path, fields));
    }
  }

  @Test
  void aSourceWithoutAListKnowsWhatItsMappingReads() {
    assertThat(KnownFields.of("acme.orders")).isEmpty();
  }

  @Test
  void theMappingsPathsAndTheRecordsFieldsAreKnown() {
    LogSource cloudTrail = LogSources.builtIn().byId("aws.cloudtrail").orElseThrow();

    assertThat(cloudTrail.payloadFields())
        .contains("eventName", "insightDetails.eventName", "requestParameters.userName");
    assertThat(cloudTrail.pathsOf("event.action"))
        .containsExactly("eventName", "insightDetails.eventName");
  }
}
