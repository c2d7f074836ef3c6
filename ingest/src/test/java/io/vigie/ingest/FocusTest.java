package io.vigie.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A source that reads only some fields at once decodes as the one that reads all. */
class FocusTest {
  private int partial;

  static Stream<LogSource> sources() {
    return LogSources.builtIn().all().stream();
  }

  @ParameterizedTest
  @MethodSource("sources")
  void goldenRecordsAreTheSame(LogSource source) throws IOException {
    Random random = new Random(5);
    for (Path file : GoldenTest.records(source)) {
      byte[] record = Files.readAllBytes(file);
      for (int i = 0; i < 10; i++) {
        check(source, record, random);
        check(source, Bytes.gzip(record), random);
      }
    }
  }

  @Test
  void ofMostSourcesNotAllIsRead() throws IOException {
    Random random = new Random(8);
    List<String> never = new ArrayList<>();
    for (LogSource source : LogSources.builtIn().all()) {
      partial = 0;
      for (Path file : GoldenTest.records(source)) {
        check(source, Files.readAllBytes(file), random);
      }
      if (partial == 0) {
        never.add(source.id());
      }
    }
    assertThat(never)
        .doesNotContain("aws.cloudtrail", "azure.entra", "o365.audit")
        .hasSizeLessThan(LogSources.builtIn().all().size() / 3);
  }

  @ParameterizedTest
  @MethodSource("sources")
  void mutatedRecordsAreTheSame(LogSource source) throws IOException {
    Random random = new Random(6);
    List<byte[]> seeds = new ArrayList<>();
    for (Path file : GoldenTest.records(source)) {
      seeds.add(Files.readAllBytes(file));
    }
    for (int i = 0; i < 400; i++) {
      check(source, FuzzTest.mutated(seeds.get(random.nextInt(seeds.size())), random), random);
    }
  }

  @Test
  void whatWasNotAskedForIsReadWhenItIs() {
    LogSource focused = Bytes.CLOUDTRAIL.focusedOn(List.of("eventName", "source.ip"));
    Event event =
        (Event)
            Bytes.decode(
                    focused,
                    Bytes.utf8(
                        Bytes.event("\"sourceIPAddress\":\"198.51.100.7\",\"awsRegion\":\"x\"")))
                .get(0);

    assertThat(event.payloadWith("eventName"))
        .hasToString(
            "{\"eventID\":\"e1\",\"eventName\":\"StopLogging\","
                + "\"eventTime\":\"2026-03-01T08:15:30Z\",\"sourceIPAddress\":\"198.51.100.7\"}");
    assertThat(event.payloadWith("source.ip")).isSameAs(event.payloadWith("eventName"));
    assertThat(event.payloadWith("cloud.region").path("awsRegion").asText()).isEqualTo("x");
  }

  @Test
  void anIdOfNobodysOwnIsMadeOfTheWholePayload() {
    String one = "{\"eventTime\":\"2026-03-01T08:15:30Z\",\"eventName\":\"A\",\"x\":1}";
    for (List<String> names : List.of(List.of("eventName"), List.of("event.id", "event.kind"))) {
      LogSource focused = Bytes.CLOUDTRAIL.focusedOn(names);
      Event event = (Event) Bytes.decode(focused, Bytes.utf8(one)).get(0);
      assertThat(focused.field("event.id").read(event.payloadWith("event.id")).get(0).asText())
          .isEqualTo(event.id())
          .isEqualTo(((Event) Bytes.decode(Bytes.utf8(one)).get(0)).id());
    }
  }

  @Test
  void envelopesOfTextFiltersAndTimesByArrivalAreTheSame() {
    Problems problems = new Problems();
    LogSource source =
        DefinitionReader.read(
                Bytes.utf8(
                    """
                    id: acme.app
                    lateness: 1m
                    idle-timeout: 1m
                    envelope: [{array: items}, {text: MESSAGE}, {nothing: {kind: CONTROL}}]
                    require: [[name, 'target[type=User].id']]
                    time: {field: [time, at], formats: [iso8601, syslog], otherwise: arrival}
                    fields:
                      event.action: {text: '{name}-{kind}'}
                      user.name: 'target[type=User].name'
                      group.name: 'target[type=Group].name'
                      event.reason: {all: [kind, target.type]}
                    """),
                problems.of("source.yml"))
            .orElseThrow(() -> new AssertionError(problems.all()));
    String time = "\"time\":\"2026-03-01T08:15:30Z\"";
    List<String> records =
        List.of(
            "{\"name\":\"a\",\"kind\":1,\"time\":\"Oct 11 22:14:15\"}",
            "{\"name\":\"b\",\"at\":7}",
            "{\"name\":\"c\",\"kind\":{\"x\":[]}}",
            "{\"x\":1,\"MESSAGE\":\"{\\\"name\\\":\\\"d\\\"}\"," + time + "}",
            "{\"name\":\"e\",\"MESSAGE\":\"no object\"," + time + "}",
            "{\"name\":\"f\",\"MESSAGE\":{\"name\":1}," + time + "}",
            "{\"name\":\"g\",\"kind\":\"CONTROL\"," + time + "}",
            "{\"name\":\"h\",\"items\":\"none\"," + time + "}",
            "{\"x\":{},\"items\":[{\"name\":\"i\"," + time + "},{\"name\":\"j\"},{},7]}",
            "{\"target\":[{\"type\":\"Group\",\"id\":1}]," + time + "}",
            "{\"target\":[{\"type\":\"Group\",\"name\":\"g\"},{\"type\":\"User\",\"id\":2,"
                + "\"name\":\"dana\"},{\"type\":{\"User\":1}},\"User\"],"
                + time
                + "}");
    Random random = new Random(7);
    for (String record : records) {
      for (int i = 0; i < 20; i++) {
        check(source, Bytes.utf8(record), OptionalLong.empty(), random);
        check(source, Bytes.utf8(record), OptionalLong.of(1_772_352_930_000L), random);
      }
    }
    assertThat(partial).isPositive();
  }

  /** Some fields of a record's events, all of them, ids, documents and rejects. */
  void check(LogSource source, byte[] record, Random random) {
    check(source, record, OptionalLong.empty(), random);
  }

  private void check(LogSource source, byte[] record, OptionalLong arrival, Random random) {
    List<Decoded> whole = decode(source, record, arrival);
    List<String> names = new ArrayList<>(names(source, whole));
    List<String> some = names.stream().filter(name -> random.nextInt(4) == 0).toList();
    List<Decoded> focused = decode(source.focusedOn(some), record, arrival);
    assertThat(focused).hasSameSizeAs(whole);
    for (int i = 0; i < whole.size(); i++) {
      if (whole.get(i) instanceof Event event && focused.get(i) instanceof Event lazy) {
        same(source, event, lazy, some);
        boolean isWhole = some.stream().allMatch(n -> lazy.payloadWith(n).equals(lazy.payload()));
        partial += isWhole ? 0 : 1;
        same(source, event, lazy, names);
        assertThat(lazy.id()).isEqualTo(event.id());
        assertThat(lazy).isEqualTo(event).hasSameHashCodeAs(event);
        assertThat(source.toEcs(lazy)).isEqualTo(source.toEcs(event));
      } else if (whole.get(i) instanceof Reject reject && focused.get(i) instanceof Reject same) {
        assertThat(DeadLetter.toBytes(same)).isEqualTo(DeadLetter.toBytes(reject));
      } else {
        assertThat(focused.get(i)).isEqualTo(whole.get(i));
      }
    }
  }

  private static List<Decoded> decode(LogSource source, byte[] record, OptionalLong arrival) {
    List<Decoded> all = new ArrayList<>();
    source.decode(RawRecord.whole(new Origin("test", 3, 7), record, arrival), all::add);
    return all;
  }

  private static void same(LogSource source, Event whole, Event lazy, List<String> names) {
    for (String name : names) {
      FieldReader reader = source.field(name);
      assertThat(reader.read(lazy.payloadWith(name)))
          .as("%s of %s", name, whole.payload())
          .isEqualTo(reader.read(whole.payload()));
      assertThat(reader.readWhole(lazy.payloadWith(name)))
          .isEqualTo(reader.readWhole(whole.payload()));
    }
  }

  private static Set<String> names(LogSource source, List<Decoded> decoded) {
    Set<String> names = new LinkedHashSet<>(source.ecsFields());
    for (Decoded each : decoded) {
      if (each instanceof Event event) {
        own(event.payload(), "", names);
      }
    }
    return names;
  }

  private static void own(JsonNode node, String above, Set<String> names) {
    node.properties()
        .forEach(
            member -> {
              String name = above + member.getKey();
              names.add(name);
              own(member.getValue(), name + ".", names);
            });
    if (node.isArray()) {
      node.forEach(element -> own(element, above, names));
    }
  }
}
