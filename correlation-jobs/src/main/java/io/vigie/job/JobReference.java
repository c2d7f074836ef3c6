package io.vigie.job;

import io.vigie.enrichment.Reference;
import io.vigie.enrichment.Tables;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.reference.JobTables;
import io.vigie.reference.ReferenceConfig;
import io.vigie.reference.ReferenceHandle;
import io.vigie.reference.TableTopics;
import io.vigie.topic.Shared;
import io.vigie.topic.TopicClients;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Leads to the reference data of the job: in files that every process finds in the same place, and
 * in topics of Kafka.
 *
 * @param properties of Kafka's clients, with the names of secrets in place of the secrets
 * @param topics prefix of the topics of tables
 * @param files by table
 */
record JobReference(
    Map<String, String> properties,
    String topics,
    Map<String, String> files,
    @Nullable String city,
    @Nullable String asn)
    implements ReferenceHandle {
  private static final Shared<JobReference, Reference> OPEN = new Shared<>();

  JobReference {
    properties = Map.copyOf(properties);
    files = Map.copyOf(files);
  }

  static JobReference of(JobConfig config) {
    ReferenceConfig reference = config.reference();
    Map<String, String> files = new TreeMap<>();
    reference.files().forEach((table, file) -> files.put(table, absolute(file)));
    return new JobReference(
        KafkaProperties.named(config),
        reference.topics(),
        files,
        reference.city() == null ? null : absolute(reference.city()),
        reference.asn() == null ? null : absolute(reference.asn()));
  }

  private static String absolute(Path file) {
    return file.toAbsolutePath().toString();
  }

  /** The tables that lie in topics. */
  List<TableDefinition> inTopics() {
    return Tables.ALL.stream().filter(table -> !files.containsKey(table.name())).toList();
  }

  /** Makes the topics that are missing. */
  void createTopics() {
    TableTopics named = new TableTopics(topics);
    for (TableDefinition table : inTopics()) {
      clients().create(named.of(table), TableTopics.settings(table));
    }
  }

  private TopicClients clients() {
    return new TopicClients(() -> KafkaProperties.resolved(properties));
  }

  @Override
  public Reference open() {
    return OPEN.get(
        this,
        () -> {
          Map<String, Path> paths = new TreeMap<>();
          files.forEach((table, file) -> paths.put(table, Path.of(file)));
          return JobTables.open(
              new ReferenceConfig(
                  topics,
                  paths,
                  city == null ? null : Path.of(city),
                  asn == null ? null : Path.of(asn)),
              inTopics(),
              clients());
        });
  }
}
