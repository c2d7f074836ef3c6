package io.vigie.job;

import io.vigie.release.KafkaReleases;
import io.vigie.release.Releases;
import io.vigie.release.ReleasesHandle;
import io.vigie.rules.RulePack;
import java.util.Map;

/**
 * Leads to the rules that the job was started with, and to those that are published in a topic of
 * Kafka while it runs.
 *
 * @param initial decides until the first release does
 * @param properties of Kafka's clients, with the names of secrets in place of the secrets
 */
public record TopicReleases(RulePack initial, Map<String, String> properties, String topic)
    implements ReleasesHandle {

  public TopicReleases {
    properties = Map.copyOf(properties);
  }

  static TopicReleases of(JobConfig config, RulePack initial) {
    return new TopicReleases(initial, KafkaProperties.named(config), config.rulesTopic());
  }

  @Override
  public Releases open() {
    return KafkaReleases.open(this, initial, topic, () -> KafkaProperties.resolved(properties));
  }
}
