package io.vigie.reference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.PackedTable;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.reference.TableTopics.Said;
import io.vigie.topic.TopicClients;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;

/** Brings a table in its topic to what somebody wants it to be, by sending the difference. */
public final class TableLoader {
  /** How many records may be on their way to Kafka. */
  private static final int MOST_SENT = 50_000;

  private final TableTopics topics;
  private final TableDefinition table;
  private final TopicClients clients;
  private final PackedTable now;

  /**
   * How the table changes.
   *
   * @param unchanged rows that are there just so
   */
  public record Difference(int added, int changed, int removed, int unchanged) {
    public boolean isEmpty() {
      return added + changed + removed == 0;
    }
  }

  private TableLoader(
      TableTopics topics, TableDefinition table, TopicClients clients, PackedTable now) {
    this.topics = topics;
    this.table = table;
    this.clients = clients;
    this.now = now;
  }

  /**
   * Reads the table as it is now; makes its topic where it is missing.
   *
   * @throws KafkaException or IllegalStateException when Kafka does not answer
   */
  public static TableLoader open(TableTopics topics, TableDefinition table, TopicClients clients) {
    clients.create(topics.of(table), TableTopics.settings(table));
    KafkaTables read = KafkaTables.follow(topics, List.of(table), clients);
    read.readToEnd();
    return new TableLoader(topics, table, clients, read.all(table));
  }

  /** The table as it is now. */
  public PackedTable now() {
    return now;
  }

  /** What is wrong with the topic's settings, in words; empty where nothing is. */
  public List<String> otherSettings() {
    return clients.otherSettings(topics.of(table), TableTopics.settings(table));
  }

  /** Whether the table was ever loaded. */
  public boolean isNew() {
    return now.version(AsOf.time(Long.MAX_VALUE)).isEmpty();
  }

  /**
   * What would change.
   *
   * @param replaces the rows that go where they are not wanted; others stay
   */
  public Difference difference(PackedTable wanted, Predicate<ObjectNode> replaces) {
    int[] counts = new int[3];
    forEachDifference(
        wanted, replaces, (id, row) -> counts[now.row(id).isEmpty() ? 0 : 1]++, id -> counts[2]++);
    return new Difference(counts[0], counts[1], counts[2], wanted.size() - counts[0] - counts[1]);
  }

  private void forEachDifference(
      PackedTable wanted,
      Predicate<ObjectNode> replaces,
      BiConsumer<String, ObjectNode> put,
      Consumer<String> removed) {
    wanted.forEach(
        row -> {
          Optional<PackedTable.Current> there = now.row(row.id());
          if (there.isEmpty() || !there.get().row().equals(row.row())) {
            put.accept(row.id(), row.row());
          }
        });
    now.forEach(
        row -> {
          if (wanted.row(row.id()).isEmpty() && replaces.test(row.row())) {
            removed.accept(row.id());
          }
        });
  }

  /**
   * Sends the difference, which takes effect at once when all has arrived.
   *
   * @param always whether it counts for events that have arrived already
   * @param progress takes how many rows have been sent
   * @return what the table is called from then on
   * @throws KafkaException when Kafka does not take it all; then nothing takes effect
   */
  public String send(
      PackedTable wanted, Predicate<ObjectNode> replaces, boolean always, IntConsumer progress) {
    String load = UUID.randomUUID().toString();
    try (KafkaProducer<byte[], byte[]> producer = clients.producer()) {
      Sending sending = new Sending(progress);
      forEachDifference(
          wanted,
          replaces,
          (id, row) -> sending.add(producer.send(topics.put(table, load, id, row))),
          id -> sending.add(producer.send(topics.removed(table, load, id))));
      producer.flush();
      sending.end();
      Instant known = Instant.now().plus(TableTopics.LEAD).truncatedTo(ChronoUnit.SECONDS);
      Said.Loaded loaded =
          new Said.Loaded(load, always ? Long.MIN_VALUE : known.toEpochMilli(), known.toString());
      TopicClients.await(List.of(producer.send(topics.loaded(table, loaded))), "the load");
      return loaded.version();
    }
  }

  /** Records on their way. */
  private static final class Sending {
    private final Queue<Future<?>> sent = new ArrayDeque<>();
    private final IntConsumer progress;
    private int count;

    private Sending(IntConsumer progress) {
      this.progress = progress;
    }

    private void add(Future<?> record) {
      sent.add(record);
      if (sent.size() > MOST_SENT) {
        TopicClients.await(List.of(sent.remove()), "the rows");
      }
      progress.accept(++count);
    }

    private void end() {
      TopicClients.await(List.copyOf(sent), "the rows");
    }
  }
}
