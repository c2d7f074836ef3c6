package io.vigie.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The fields that the golden records of a log source show: {@code sources/ID/fields.txt}, a dotted
 * path a line.
 */
final class KnownFields {
  private KnownFields() {}

  /** None where the source does not come with Vigie. */
  static Set<String> of(String source) {
    try (InputStream in =
        KnownFields.class.getResourceAsStream("sources/" + source + "/fields.txt")) {
      return in == null
          ? Set.of()
          : new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
