package io.vigie.ingest;

import static io.vigie.ingest.Bytes.gzip;
import static io.vigie.ingest.Bytes.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.yaml.Problems;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events that are text: words, columns, headers, patterns, and what they are wrapped in. */
class TextTest {
  private static final LogSource FLOWS =
      source(
          """
          id: acme.flows
          envelope: [gzip, lines, {nothing: {kind: CONTROL}}, {array: logEvents}, {text: message}, {text: log}]
          format:
            header: true
            columns:
              - {names: [version, start, src_addr, bytes]}
              - {names: [version, start, src_addr, bytes, zone, state], begins: "5 "}
              - {names: [kind, start, who, what], at-least: 3, begins: "x", more: rest}
          require: [[version, kind]]
          time: {field: start, formats: [epoch]}
          """);
  private static final LogSource LOGINS =
      source(
          """
          id: acme.logins
          envelope: [{text: MESSAGE}]
          format:
            patterns:
              - '^(?P<time>\\w{3} [ \\d]\\d [\\d:]{8}) (?P<host>\\S+) (?P<program>\\w+): (?P<body>.*)'
              - '^(?P<body>(Failed|Accepted) .*)'
              - '^(?P<_all>user=.*)'
            inside:
              _all: ['user=(?P<user>\\w+)']
              body:
                - '^(?P<result>Accepted) (?P<method>\\S+) for (?P<user>\\S+)'
                - '^(?P<result>Failed) (?P<method>\\S+) for (?:invalid user )?(?P<user>\\S+)'
          time: {field: [time, at], formats: [syslog, epoch-micros], otherwise: arrival}
          """);

  private static LogSource source(String yaml) {
    Problems problems = new Problems();
    String whole = yaml + "lateness: 1m\nidle-timeout: 1m\nfields: {}\n";
    LogSource source = DefinitionReader.read(utf8(whole), problems.of("source.yml")).orElse(null);
    assertThat(problems.all()).isEmpty();
    assertThat(source).isNotNull();
    return source;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "a b\tc ~ a|b|c",
        "a  b ~ a|b",
        "'' ~ ''",
        "\"a b\" c ~ a b|c",
        "[a b] c ~ a b|c",
        "[a c ~ [a|c",
        "a\"b c ~ a\"b|c",
        "\"a \\\"b\\\" c\" d ~ a \"b\" c|d",
        "\"a\\\\\" d ~ a\\|d",
        "\"\\x22\\t\" d ~ \\x22\\t|d",
        "\"a\"b\" d ~ a\"b|d",
        "\"a b ~ !\"a|b",
        "\"a\\ ~ !\"a\\",
        "\"\" b ~ |b",
        "a b c d e f ~ a|b|c|d+e f",
      })
  void wordsStandBetweenSpacesAndInQuotesAndBrackets(String line, String expected) {
    Words words = Words.of(line.equals("''") ? "" : line, 4);

    assertThat(
            (words.isBroken() ? "!" : "")
                + String.join("|", words.texts())
                + (words.rest().isEmpty() ? "" : "+" + words.rest()))
        .isEqualTo(expected.equals("''") ? "" : expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "2 17 a 3 ~ version=2 start=17 src_addr=a bytes=3",
        "2 17 - 3 ~ version=2 start=17 bytes=3",
        "2 17 a ~ NOT_THIS_SOURCE",
        "2 17 a 3 z ~ NOT_THIS_SOURCE",
        "2 17 \"a 3 ~ NOT_THIS_SOURCE",
        "5 17 a 3 z s ~ version=5 start=17 src_addr=a bytes=3 zone=z state=s",
        "x 17 a ~ kind=x start=17 who=a",
        "x 17 a [b c] d \"e f\" ~ kind=x start=17 who=a what=b c rest=d \"e f\"",
        "- - a 3 ~ NOT_THIS_SOURCE",
        "2 - a 3 ~ NO_TIME",
        "2 soon a 3 ~ BAD_TIME",
        "version start ~ ''",
        "version start src-addr bytes ~ ''",
        "Src_Addr start version\\n9 17 2 ~ src_addr=9 start=17 version=2",
        "start new-column version\\n17 9 2\\n18 8 2 ~"
            + " start=17 new_column=9 version=2;start=18 new_column=8 version=2",
        "start version\\n17 2 3\\n17 ~ NOT_THIS_SOURCE;NOT_THIS_SOURCE",
        "start version\\n17 2\\nversion start\\n2 17 ~ start=17 version=2;version=2 start=17",
        "#Version: 1.0\\n#Fields: start x(Src-Addr) version\\n17 9 2 ~"
            + " start=17 x_src_addr=9 version=2",
        "# a comment ~ ''",
        "2 17 a 3\\r\\n\\n  2 18 a 3\\n ~"
            + " version=2 start=17 src_addr=a bytes=3;version=2 start=18 src_addr=a bytes=3",
        "2 17 a\\u0000 3 ~ NOT_THIS_SOURCE",
        "{\"version\":2,\"start\":17} ~ version=2 start=17",
        "{\"version\":2,\"start\":17}\\n2 18 - - ~ version=2 start=17;version=2 start=18",
        "{\"version\":2,\\n\"start\":17} ~ version=2 start=17",
        "{\"version\":2,\"start\":17 ~ NOT_JSON",
        "{\"version\":2,\"version\":3,\"start\":17} ~ DUPLICATE_KEY",
        "{\"kind\":\"CONTROL\",\"logEvents\":[{\"message\":\"CHECK\"}]} ~ ''",
        "{\"kind\":\"CONTROL\",\"logEvents\":[{} ~ NOT_JSON",
        "{\"kind\":\"DATA\",\"logEvents\":[]} ~ ''",
        "{\"kind\":\"DATA\",\"logEvents\":[{\"id\":\"i\",\"message\":\"2 17 a 3\"},"
            + "{\"id\":\"j\",\"message\":\"{\\\"version\\\":2,\\\"start\\\":18}\"},"
            + "{\"id\":\"k\",\"message\":\"?\"}]} ~ version=2 start=17 src_addr=a bytes=3 id=i;"
            + "version=2 start=18;NOT_THIS_SOURCE",
        "{\"log\":\"2 17 a 3\\\\n\",\"version\":\"7\",\"pod\":{\"name\":\"p\"}} ~"
            + " version=2 start=17 src_addr=a bytes=3 pod={\"name\":\"p\"}",
        "{\"log\":\"2 17 a 3\",\"a\":1,\"a\":2} ~ DUPLICATE_KEY",
        "{\"message\":\"hello\",\"version\":2,\"start\":17} ~ version=2 start=17",
        "{\"message\":17,\"version\":2,\"start\":17} ~ version=2 start=17",
      })
  void textBecomesValuesByName(String record, String expected) {
    String sent = record.replace("\\n", "\n").replace("\\\n", "\\n").replace("\\r", "\r");

    assertThat(outcomes(FLOWS, utf8(sent.replace("\\u0000", "\0"))))
        .isEqualTo(expected.equals("''") ? "" : expected);
    assertThat(outcomes(FLOWS, gzip(utf8(sent.replace("\\u0000", "\0")))))
        .isEqualTo(expected.equals("''") ? "" : expected);
  }

  @Test
  void eachLineOfARecordIsRejectedByItself() {
    byte[] bad = utf8("2 17 a 3\n2 17 ? 3\n2 18 a 3");
    bad[14] = (byte) 0xFF;

    assertThat(outcomes(FLOWS, bad))
        .isEqualTo(
            "version=2 start=17 src_addr=a bytes=3;NOT_UTF8;version=2 start=18 src_addr=a bytes=3");
    assertThat(outcomes(FLOWS, utf8("2 17 " + "a".repeat(Limits.MAX_STRING_LENGTH) + " 3")))
        .isEqualTo("VALUE_TOO_LONG");
    assertThat(outcomes(FLOWS, utf8("2 17 " + "a".repeat(Limits.MAX_EVENT_BYTES) + " 3")))
        .isEqualTo("TOO_LARGE");
    assertThat(Bytes.decode(FLOWS, utf8("?\n".repeat(Limits.MAX_REJECTED_PARTS + 9))))
        .hasSize(Limits.MAX_REJECTED_PARTS + 1);
  }

  @Test
  void hostileTextCostsNoMoreThanOther() {
    for (String part : List.of("[", "[ ", "\"", "\" ", "\\", "{\"log\":", "a ")) {
      String text = part.repeat(900_000 / part.length());

      assertThat(Bytes.decode(FLOWS, utf8(text))).hasSize(1);
      assertThat(Bytes.decode(FLOWS, utf8("x 17 " + text))).hasSize(1);
      assertThat(Bytes.decode(LOGINS, utf8(text))).hasSize(1);
    }
  }

  @Test
  void theHeaderOfAFileServesEachOfItsLines() throws IOException {
    String file = "start bytes version\n17 5 2\n\n18 6 2\nversion start\n2 19\n";
    List<String> found = new ArrayList<>();
    try (RecordReader records =
        new RecordReader(
            "f",
            new ByteArrayInputStream(gzip(utf8(file))),
            FLOWS,
            OptionalLong.of(Instant.parse("2026-03-01T00:00:00Z").toEpochMilli()))) {
      for (RawRecord record = records.next(); record != null; record = records.next()) {
        assertThat(record.arrival()).isPresent();
        found.add(record.origin().position() + ": " + outcomes(FLOWS, record));
      }
    }
    assertThat(found)
        .containsExactly(
            "2: start=17 bytes=5 version=2",
            "4: start=18 bytes=6 version=2",
            "6: version=2 start=19");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "Oct 11 22:14:15 h sshd: Accepted key for bo ~ 2025-10-11T22:14:15Z ~ result=Accepted"
            + " method=key user=bo",
        "Mar  2 09:00:00 h sshd: Failed none for invalid user al ~ 2026-03-02T09:00:00Z ~"
            + " result=Failed method=none user=al",
        "Mar  2 10:00:01 h sshd: hello ~ 2025-03-02T10:00:01Z ~ ''",
        "feb 29 00:00:00 h sshd: hello ~ 2024-02-29T00:00:00Z ~ ''",
        "Feb 30 00:00:00 h sshd: hello ~ BAD_TIME ~ ''",
        "Failed pam for cy ~ 2026-03-01T09:59:59Z ~ result=Failed method=pam user=cy",
        "{\"MESSAGE\":\"Failed pam for cy\",\"at\":\"1700000000000000\",\"_PID\":\"1\"} ~"
            + " 2023-11-14T22:13:20Z ~ result=Failed method=pam user=cy",
        "user=di ~ 2026-03-01T09:59:59Z ~ user=di",
        "hello ~ NOT_THIS_SOURCE ~ ''",
      })
  void timesWithoutAYearAreReadByTheArrivalOfTheirRecord(
      String record, String time, String values) {
    OptionalLong arrival = OptionalLong.of(Instant.parse("2026-03-01T09:59:59Z").toEpochMilli());
    RawRecord raw = RawRecord.whole(new Origin("t", 0, 1), utf8(record), arrival);
    Decoded decoded = decode(LOGINS, raw).get(0);

    if (decoded instanceof Reject reject) {
      assertThat(reject.reason().name()).isEqualTo(time);
      return;
    }
    Event event = (Event) decoded;
    assertThat(Instant.ofEpochMilli(event.timestamp())).isEqualTo(time);
    assertThat(LOGINS.field("@timestamp").read(event.payload()).get(0).asText())
        .isEqualTo(time.replace("Z", ".000Z"));
    String found =
        List.of("result", "method", "user", "_all").stream()
            .filter(event.payload()::has)
            .map(name -> name + "=" + event.payload().get(name).asText())
            .collect(Collectors.joining(" "));
    assertThat(found).isEqualTo(values.equals("''") ? "" : values);
    assertThat(LOGINS.toEcs(event).path("message").asText())
        .isEqualTo(event.payload().path("message").asText())
        .isNotEmpty();
    assertThat(decode(LOGINS, RawRecord.whole(raw.origin(), utf8(event.payload().toString()))))
        .extracting(again -> ((Event) again).id())
        .containsExactly(event.id());
  }

  @Test
  void aTimeWithoutAYearIsNoneWhereNobodyKnowsTheArrival() {
    assertThat(outcomes(LOGINS, utf8("Oct 11 22:14:15 h sshd: hello"))).isEqualTo("BAD_TIME");
    assertThat(outcomes(LOGINS, utf8("Failed pam for cy"))).isEqualTo("NO_TIME");
  }

  private static List<Decoded> decode(LogSource source, RawRecord record) {
    List<Decoded> all = new ArrayList<>();
    source.decode(record, all::add);
    return all;
  }

  private static String outcomes(LogSource source, byte[] record) {
    return outcomes(source, RawRecord.whole(new Origin("test", 0, 1), record));
  }

  private static String outcomes(LogSource source, RawRecord record) {
    return decode(source, record).stream().map(TextTest::outcome).collect(Collectors.joining(";"));
  }

  private static String outcome(Decoded decoded) {
    return decoded instanceof Reject reject
        ? reject.reason().name()
        : ((Event) decoded)
            .payload().properties().stream()
                .filter(member -> !member.getKey().equals("message"))
                .map(member -> member.getKey() + "=" + Conversions.json(member.getValue()).asText())
                .collect(Collectors.joining(" "));
  }
}
