package io.vigie.backtest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * An alert in short, as a line of a file.
 *
 * @param digest equal for equal documents
 */
record KeptAlert(long at, String id, UUID digest, String rule, String group) {
  /** As {@code detect} sorts. */
  static final Comparator<KeptAlert> ORDER =
      Comparator.comparingLong(KeptAlert::at).thenComparing(KeptAlert::id);

  static KeptAlert of(JsonNode alert, Instant at, String rule, String group) {
    return new KeptAlert(
        at.toEpochMilli(),
        alert.at("/event/id").asText(),
        UUID.nameUUIDFromBytes(alert.toString().getBytes(StandardCharsets.UTF_8)),
        rule,
        group);
  }

  /** Group values on one line; empty where there are none. */
  static String group(JsonNode values) {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(value.asText().replaceAll("\\p{Cntrl}", "\uFFFD")));
    return texts.isEmpty() ? "" : texts.toString();
  }

  String text() {
    return String.join("\t", Long.toString(at), id, digest.toString(), rule, group);
  }

  static KeptAlert parse(String text) {
    String[] parts = text.split("\t", 5);
    return new KeptAlert(
        Long.parseLong(parts[0]), parts[1], UUID.fromString(parts[2]), parts[3], parts[4]);
  }
}
