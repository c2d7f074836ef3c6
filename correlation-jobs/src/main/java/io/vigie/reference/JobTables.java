package io.vigie.reference;

import io.vigie.enrichment.FileTables;
import io.vigie.enrichment.GeoDatabases;
import io.vigie.enrichment.Reference;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.topic.TopicClients;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.util.List;

/** Tables of files, and of Kafka where no file was named. */
public final class JobTables implements ReferenceTables {
  private final FileTables files;
  private final KafkaTables kafka;

  private JobTables(FileTables files, KafkaTables kafka) {
    this.files = files;
    this.kafka = kafka;
  }

  /**
   * Reads the files and what Kafka holds now.
   *
   * @param inTopics the tables that lie in Kafka
   * @throws IllegalStateException where a file is not fit, or Kafka does not answer
   */
  public static Reference open(
      ReferenceConfig config, List<TableDefinition> inTopics, TopicClients clients) {
    Problems problems = new Problems();
    FileTables files = FileTables.read(config.files(), problems);
    GeoDatabases geo = GeoDatabases.open(config.city(), config.asn(), problems);
    if (problems.hasErrors()) {
      List<String> errors = problems.errors().stream().map(Problem::toString).toList();
      throw new IllegalStateException(String.join("\n", errors));
    }
    KafkaTables kafka = KafkaTables.follow(new TableTopics(config.topics()), inTopics, clients);
    kafka.readToEnd();
    return Reference.of(new JobTables(files, kafka), geo);
  }

  @Override
  public ReferenceTable table(String name) {
    ReferenceTable ofFile = files.table(name);
    return ofFile.isEmpty() ? kafka.table(name) : ofFile;
  }

  @Override
  public void await(long arrival) {
    kafka.await(arrival);
  }
}
