package io.vigie.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;

/** Records for tests. */
final class Bytes {
  static final LogSource CLOUDTRAIL = LogSources.builtIn().byId("aws.cloudtrail").orElseThrow();

  /** 2026-06-01T00:00:00Z. */
  static final OptionalLong ARRIVAL = OptionalLong.of(1_780_272_000_000L);

  private Bytes() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A CloudTrail record of one event, with one member more. */
  static String event(String member) {
    return "{\"eventTime\":\"2026-03-01T08:15:30Z\",\"eventName\":\"StopLogging\",\"eventID\":\"e1\""
        + (member.isEmpty() ? "" : "," + member)
        + "}";
  }

  static List<Decoded> decode(byte[] record) {
    return decode(CLOUDTRAIL, record);
  }

  static List<Decoded> decode(LogSource source, byte[] record) {
    List<Decoded> all = new ArrayList<>();
    source.decode(RawRecord.whole(new Origin("test", 3, 7), record, ARRIVAL), all::add);
    return all;
  }

  /** For each part "event" or the reason of its reject. */
  static List<String> outcomes(byte[] record) {
    return decode(record).stream()
        .map(decoded -> decoded instanceof Reject reject ? reject.reason().name() : "event")
        .toList();
  }
}
