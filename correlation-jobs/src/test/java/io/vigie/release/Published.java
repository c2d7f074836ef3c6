package io.vigie.release;

import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Small publications for tests. */
final class Published {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private Published() {}

  static RulePack.File file(String name, String yaml) {
    return new RulePack.File(name, yaml.getBytes(StandardCharsets.UTF_8));
  }

  /** A file with one rule that is called as the file is. */
  static RulePack.File rule(String name) {
    return file(
        name,
        "name: "
            + name
            + "\nlogsource: {product: aws, service: cloudtrail}\n"
            + "detection: {s: {eventName: "
            + name
            + "}, condition: s}\n");
  }

  static RulePack pack(RulePack.File... files) {
    return new RulePack(List.of(files), LogSources.builtIn());
  }

  static Publication publication(String version, Instant from, RulePack.File... files) {
    return new Publication(version, from, NOON, Arrays.asList(files));
  }

  static Said said(String version, Instant from, RulePack.File... files) {
    return new Said(UUID.randomUUID(), publication(version, from, files), "");
  }
}
