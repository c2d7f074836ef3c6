package io.vigie.job;

import io.vigie.job.sink.Secret;
import java.util.Map;
import java.util.TreeMap;

/** Properties of Kafka's clients, in which secrets are named and not written. */
public final class KafkaProperties {
  private KafkaProperties() {}

  /** With the names of the secrets. */
  static Map<String, String> named(JobConfig config) {
    Map<String, String> properties = new TreeMap<>(config.kafkaProperties());
    properties.put("bootstrap.servers", config.bootstrap());
    return properties;
  }

  /** With the secrets in place of their names. */
  static Map<String, String> resolved(Map<String, String> named) {
    Map<String, String> resolved = new TreeMap<>(named);
    resolved.replaceAll(
        (key, value) ->
            value.startsWith("env:") || value.startsWith("file:")
                ? new Secret(value).read()
                : value);
    return resolved;
  }

  /** With the secrets in place of their names. */
  public static Map<String, String> resolved(JobConfig config) {
    return resolved(named(config));
  }
}
