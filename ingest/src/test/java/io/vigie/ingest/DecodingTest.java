package io.vigie.ingest;

import static io.vigie.ingest.Bytes.decode;
import static io.vigie.ingest.Bytes.event;
import static io.vigie.ingest.Bytes.gzip;
import static io.vigie.ingest.Bytes.outcomes;
import static io.vigie.ingest.Bytes.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DecodingTest {
  private static final byte[] GOOD = utf8(event(""));

  static List<Arguments> records() {
    byte[] zeros = gzip(new byte[Limits.MAX_RAW_BYTES + 1]);
    byte[] noise = new byte[Limits.MAX_RAW_BYTES + 1];
    new Random(1).nextBytes(noise);
    byte[] cut = gzip(GOOD);
    return List.of(
        Arguments.of("an event", GOOD, "event"),
        Arguments.of("a byte order mark", utf8("\uFEFF" + event("")), "event"),
        Arguments.of("space around", utf8(" \r\n" + event("") + "\n"), "event"),
        Arguments.of("nothing", new byte[0], "EMPTY"),
        Arguments.of("space", utf8(" \r\n\t"), "EMPTY"),
        Arguments.of("gzip of nothing", gzip(new byte[0]), "EMPTY"),
        Arguments.of("words", utf8("hello"), "NOT_JSON"),
        Arguments.of("binary", HexFormat.of().parseHex("00ff80fe"), "NOT_UTF8"),
        Arguments.of("NUL", utf8(event("\"a\":\"\0\"")), "NOT_JSON"),
        Arguments.of("UTF-16", event("").getBytes(StandardCharsets.UTF_16LE), "NOT_JSON"),
        Arguments.of("overlong", raw(event("\"a\":\"\u00c0\u0080\"")), "NOT_UTF8"),
        Arguments.of(
            "UTF-8 of a surrogate", raw(event("\"a\":\"\u00ed\u00a0\u0080\"")), "NOT_UTF8"),
        Arguments.of(
            "beyond Unicode", raw(event("\"a\":\"\u00f5\u0080\u0080\u0080\"")), "NOT_UTF8"),
        Arguments.of("cut character", raw("{\"a\":\"\u00e2\u0082"), "NOT_UTF8"),
        Arguments.of("high surrogate", utf8(event("\"a\":\"\\ud83d\"")), "NOT_UTF8"),
        Arguments.of("low surrogate first", utf8(event("\"a\":\"\\uDE00\\ud83d\"")), "NOT_UTF8"),
        Arguments.of("surrogate in a key", utf8(event("\"\\ud83d\":1")), "NOT_JSON"),
        Arguments.of("pair in a key", utf8(event("\"\\ud83d\\ude00\":1")), "event"),
        Arguments.of("surrogate pair", utf8(event("\"a\":\"\\ud83d\\ude00 \\\\ud83d\"")), "event"),
        Arguments.of("cut off", utf8("{\"eventName\":\"x\""), "NOT_JSON"),
        Arguments.of("comment", utf8("{/**/}"), "NOT_JSON"),
        Arguments.of("NaN", utf8(event("\"a\":NaN")), "NOT_JSON"),
        Arguments.of("text after", utf8(event("") + "x"), "NOT_JSON"),
        Arguments.of("two events", utf8(event("") + event("")), "NOT_JSON"),
        Arguments.of("same key", utf8(event("\"a\":1,\"a\":1")), "DUPLICATE_KEY"),
        Arguments.of("same key, escaped", utf8(event("\"a\":1,\"\\u0061\":2")), "DUPLICATE_KEY"),
        Arguments.of("same key, inside", utf8(event("\"a\":[{\"b\":1,\"b\":2}]")), "DUPLICATE_KEY"),
        Arguments.of("same key, null", utf8(event("\"a\":null,\"a\":2")), "DUPLICATE_KEY"),
        Arguments.of("deepest", utf8(event("\"a\":" + nested(Limits.MAX_DEPTH - 1))), "event"),
        Arguments.of("too deep", utf8(event("\"a\":" + nested(Limits.MAX_DEPTH))), "TOO_DEEP"),
        Arguments.of("100,000 deep", utf8(event("\"a\":" + nested(100_000))), "TOO_DEEP"),
        Arguments.of("open brackets", utf8("[".repeat(100_000)), "NOT_JSON"),
        Arguments.of("open braces", utf8("{\"a\":".repeat(100_000)), "TOO_DEEP"),
        Arguments.of("long text", utf8(event("\"a\":" + text(Limits.MAX_STRING_LENGTH))), "event"),
        Arguments.of(
            "too long text",
            utf8(event("\"a\":" + text(Limits.MAX_STRING_LENGTH + 1))),
            "VALUE_TOO_LONG"),
        Arguments.of("long key", utf8(event(text(60_000) + ":1")), "VALUE_TOO_LONG"),
        Arguments.of("1,001 digits", utf8(event("\"a\":" + "9".repeat(1_001))), "VALUE_TOO_LONG"),
        Arguments.of("huge number", utf8(event("\"a\":1e999")), "VALUE_TOO_LONG"),
        Arguments.of("tiny number", utf8(event("\"a\":1e-999999999")), "event"),
        Arguments.of(
            "many values",
            utf8(event("\"a\":[" + "1,".repeat(Limits.MAX_VALUES) + "1]")),
            "TOO_LARGE"),
        Arguments.of(
            "5 MB", utf8(event("\"a\":[" + (text(500_000) + ",").repeat(10) + "1]")), "TOO_LARGE"),
        Arguments.of("50 MB text", utf8(event("\"a\":" + text(50_000_000))), "TOO_LARGE"),
        Arguments.of("gzip bomb", zeros, "GZIP_BOMB"),
        Arguments.of("gzip too large", gzip(noise), "TOO_LARGE"),
        Arguments.of("cut gzip", Arrays.copyOf(cut, cut.length - 9), "NOT_GZIP"),
        Arguments.of("only magic", HexFormat.of().parseHex("1f8b08"), "NOT_GZIP"),
        Arguments.of("gzip in gzip", gzip(gzip(GOOD)), "NOT_UTF8"),
        Arguments.of("number", utf8("17"), "NOT_THIS_SOURCE"),
        Arguments.of("null", utf8("null"), "NOT_THIS_SOURCE"),
        Arguments.of("empty object", utf8("{}"), "NOT_THIS_SOURCE"),
        Arguments.of("null name", utf8("{\"eventName\":null}"), "NOT_THIS_SOURCE"),
        Arguments.of("no time", utf8("{\"eventName\":\"x\"}"), "NO_TIME"),
        Arguments.of("null time", utf8("{\"eventName\":\"x\",\"eventTime\":null}"), "NO_TIME"),
        Arguments.of("odd time", utf8("{\"eventName\":\"x\",\"eventTime\":{}}"), "BAD_TIME"),
        Arguments.of("no records", utf8("{\"Records\":[]}"), ""),
        Arguments.of("no array elements", utf8("[ ]"), ""),
        Arguments.of("records are none", utf8("{\"Records\":{}}"), "NOT_THIS_SOURCE"),
        Arguments.of("records", records("E,E"), "event,event"),
        Arguments.of("key with escape", utf8("{\"Rec\\u006frds\":[" + event("") + "]}"), "event"),
        Arguments.of(
            "records second",
            utf8("{\"a\":[{}],\"Records\":[" + event("") + "],\"b\":2}"),
            "event"),
        Arguments.of("files in array", utf8("[{\"Records\":[" + event("") + "]}]"), "event"),
        Arguments.of(
            "details in array",
            utf8("[{\"detail\":" + event("") + "}," + event("") + "]"),
            "event,event"),
        Arguments.of(
            "records twice",
            utf8("{\"Records\":[" + event("") + "],\"Records\":[]}"),
            "DUPLICATE_KEY"),
        Arguments.of("bad element", records("E,{]},E"), "event,NOT_JSON"),
        Arguments.of("sound bad element", records("E,{\"a\" 1},E"), "event,NOT_JSON,event"),
        Arguments.of("deep element", records("E," + nested(1_000) + ",E"), "event,TOO_DEEP,event"),
        Arguments.of("element without comma", records("E E"), "NOT_JSON"),
        Arguments.of("empty element", records("E,,E"), "event,NOT_JSON"),
        Arguments.of("comma at the end", records("E,"), "event,NOT_JSON"),
        Arguments.of("no end of array", utf8("{\"Records\":[" + event("") + ","), "event,NOT_JSON"),
        Arguments.of(
            "no end of object", utf8("{\"Records\":[" + event("") + "]"), "event,NOT_JSON"),
        Arguments.of("garbage after", utf8("{\"Records\":[" + event("") + "]}x"), "event,NOT_JSON"),
        Arguments.of(
            "bad UTF-8 in one",
            raw("{\"Records\":[" + event("\"a\":\"\u00ff\"") + "," + event("") + "]}"),
            "NOT_UTF8,event"));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("records")
  void eachPartOfARecordEndsOnce(String name, byte[] record, String expected) {
    assertThat(String.join(",", outcomes(record))).isEqualTo(expected);
  }

  @Test
  void anOversizedRecordIsRejectedByItsHead() {
    byte[] head = "x".repeat(Limits.DEAD_LETTER_HEAD_BYTES).getBytes(StandardCharsets.UTF_8);
    List<Decoded> all = new ArrayList<>();
    Origin origin = new Origin("t", 1, 2);
    Bytes.CLOUDTRAIL.decode(
        new RawRecord(origin, head, 100L << 20, "abc", OptionalLong.empty()), all::add);

    assertThat(all).hasSize(1);
    Reject reject = (Reject) all.get(0);
    assertThat(reject.reason()).isEqualTo(RejectReason.TOO_LARGE);
    assertThat(reject.length()).isEqualTo(100L << 20);
    assertThat(reject.sha256()).isEqualTo("abc");
    assertThat(reject.origin()).isEqualTo(origin);
    assertThat(reject.head()).isEqualTo(head);
  }

  @Test
  void aRejectHasTheDigestOfItsBytesAndOnlyTheirHead() {
    byte[] record = utf8("{".repeat(10_000));
    Reject reject = (Reject) decode(record).get(0);

    java.security.MessageDigest digest = Digests.sha256();
    digest.update(record);
    assertThat(reject.sha256()).isEqualTo(Digests.hex(digest));
    assertThat(reject.length()).isEqualTo(10_000);
    assertThat(reject.head()).hasSize(Limits.DEAD_LETTER_HEAD_BYTES);
    assertThat(reject.message()).doesNotContain("{");
  }

  @Test
  void aLargeFileKeepsTheOrderOfItsRecords() {
    String records =
        IntStream.range(0, 20_000)
            .mapToObj(
                i ->
                    "{\"eventTime\":\"2026-03-01T08:15:30Z\",\"eventName\":\"A\",\"eventID\":\"%d\",\"pad\":\"%s\"}"
                        .formatted(i, "x".repeat(300)))
            .collect(Collectors.joining(",", "{\"Records\":[", "]}"));
    List<Decoded> all = decode(gzip(utf8(records)));

    assertThat(all).hasSize(20_000);
    assertThat(((Event) all.get(19_999)).id()).isEqualTo("19999");
  }

  @Test
  void aRecordOfManyBadPartsCostsABoundedNumberOfRejects() {
    String parts = "{},".repeat(Limits.MAX_REJECTED_PARTS + 5);
    for (String record :
        List.of(
            "{\"Records\":[" + event("") + "," + parts + "{}]}",
            "[{\"Records\":[" + event("") + "," + parts + "{}]},{},{}]")) {
      List<Decoded> all = decode(utf8(record));

      assertThat(all).hasSize(1 + Limits.MAX_REJECTED_PARTS + 1);
      assertThat(all.get(0)).isInstanceOf(Event.class);
      Reject rest = (Reject) all.get(all.size() - 1);
      assertThat(record).endsWith(new String(rest.head(), StandardCharsets.UTF_8));
      assertThat(rest.head()).startsWith(utf8("{},{},{},{},{},{}]"));
    }
  }

  @Test
  void eventsWithoutAnIdAreEqualWhateverTheOrderOfTheirKeys() {
    String one =
        id("{\"eventTime\":\"2026-03-01T08:15:30Z\",\"eventName\":\"A\",\"x\":{\"a\":1,\"b\":2}}");
    String same =
        id("{\"x\":{\"b\":2,\"a\":1},\"eventName\":\"A\",\"eventTime\":\"2026-03-01T08:15:30Z\"}");
    String other =
        id(
            "{\"x\":{\"b\":2,\"a\":\"1\"},\"eventName\":\"A\",\"eventTime\":\"2026-03-01T08:15:30Z\"}");

    assertThat(one).isEqualTo(same).isNotEqualTo(other).matches("[0-9a-f]{64}");
    assertThat(id(event("").replace("e1", "x".repeat(300)))).matches("[0-9a-f]{64}");
  }

  private static String id(String record) {
    return ((Event) decode(utf8(record)).get(0)).id();
  }

  @Test
  void fieldsAreReadInEcsWordsAndInTheSourcesOwn() {
    Event event =
        (Event)
            decode(
                    utf8(
                        event(
                            "\"resources\":[{\"ARN\":\"a\"},{\"ARN\":null},{\"ARN\":\"b\"}],"
                                + "\"x\":{\"y.z\":1,\"y\":{\"z\":2}},\"sourceIPAddress\":\"AWS Internal\"")))
                .get(0);

    assertThat(read(event, "eventName")).isEqualTo("[\"StopLogging\"]");
    assertThat(read(event, "eventname")).isEqualTo("[]");
    assertThat(read(event, "event.action")).isEqualTo("[\"StopLogging\"]");
    assertThat(read(event, "event.dataset")).isEqualTo("[\"aws.cloudtrail\"]");
    assertThat(read(event, "event.id")).isEqualTo("[\"e1\"]");
    assertThat(read(event, "@timestamp")).isEqualTo("[\"2026-03-01T08:15:30.000Z\"]");
    assertThat(read(event, "resources.ARN")).isEqualTo("[\"a\", \"b\"]");
    assertThat(read(event, "x.y.z")).isEqualTo("[1]");
    assertThat(read(event, "source.ip")).isEqualTo("[]");
    assertThat(read(event, "source.address")).isEqualTo("[\"AWS Internal\"]");
    assertThat(Bytes.CLOUDTRAIL.mapsField("source.ip")).isTrue();
    assertThat(Bytes.CLOUDTRAIL.mapsField("sourceIPAddress")).isFalse();
  }

  private static String read(Event event, String field) {
    return Bytes.CLOUDTRAIL.field(field).read(event.payload()).toString();
  }

  @Test
  void aSigmaRuleIsServedWhereAllItNamesIsTheSources() {
    LogSource source = Bytes.CLOUDTRAIL;

    assertThat(source.serves("aws", null, "cloudtrail")).isTrue();
    assertThat(source.serves("aws", null, null)).isTrue();
    assertThat(source.serves("aws", "network", "cloudtrail")).isFalse();
    assertThat(source.serves("aws", null, "guardduty")).isFalse();
    assertThat(source.serves("okta", null, null)).isFalse();
    assertThat(LogSources.builtIn().serving("aws", null, "cloudtrail")).hasSize(1);
  }

  private static byte[] records(String elements) {
    return utf8("{\"Records\":[" + elements.replace("E", event("")) + "]}");
  }

  /** Each character as one byte. */
  private static byte[] raw(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static String text(int length) {
    return "\"" + "x".repeat(length) + "\"";
  }
}
