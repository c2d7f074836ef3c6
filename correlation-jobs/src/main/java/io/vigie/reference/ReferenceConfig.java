package io.vigie.reference;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where reference data comes from.
 *
 * @param topics prefix of the topics of tables
 * @param files of tables that are read from files and not from their topics, by table
 * @param city a MaxMind database of places; null where there is none
 * @param asn a MaxMind database of autonomous systems; null where there is none
 */
public record ReferenceConfig(
    String topics, Map<String, Path> files, @Nullable Path city, @Nullable Path asn) {
  /** The prefix where nobody names another. */
  public static final String TOPICS = "vigie.reference";

  public ReferenceConfig {
    files = Map.copyOf(files);
  }

  /** All tables lie in their topics, and there is no database. */
  public static ReferenceConfig ofTopics() {
    return new ReferenceConfig(TOPICS, Map.of(), null, null);
  }
}
