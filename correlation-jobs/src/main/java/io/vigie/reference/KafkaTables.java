package io.vigie.reference;

import io.vigie.enrichment.Tables;
import io.vigie.enrichment.table.PackedTable;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.reference.TableTopics.Said;
import io.vigie.topic.TopicClients;
import io.vigie.topic.TopicFollower;
import io.vigie.topic.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables of reference data as they lie in Kafka, read on by a thread for as long as somebody holds
 * on to this object.
 */
public final class KafkaTables implements ReferenceTables {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaTables.class);

  /** More than a clock of Kafka's and one of ours are apart, and less than rows lead by. */
  private static final long MARGIN = TableTopics.LEAD.dividedBy(2).toMillis();

  private static final Duration LONGEST_LOAD = Duration.ofDays(1);
  private static final Duration BETWEEN_CLEANINGS = Duration.ofMinutes(10);
  private static final int TOLD_BAD_RECORDS = 10;

  private final TableTopics topics;
  private final Map<String, Filling> tables = new HashMap<>();
  private final TopicFollower follower = new TopicFollower("the tables of reference data");

  private KafkaTables(TableTopics topics, List<TableDefinition> read) {
    this.topics = topics;
    read.forEach(table -> tables.put(topics.of(table), new Filling(table)));
  }

  /**
   * Begins to follow the tables.
   *
   * @param read the tables that lie in Kafka
   */
  public static KafkaTables follow(
      TableTopics topics, List<TableDefinition> read, TopicClients clients) {
    KafkaTables tables = new KafkaTables(topics, read);
    List<String> names = List.copyOf(tables.tables.keySet());
    tables.follower.start(tables, new ReadTopics(new TopicReader(clients, names, false)));
    return tables;
  }

  /** Takes what the topics say, and cleans up now and then. */
  private static final class ReadTopics implements TopicFollower.Rounds<KafkaTables> {
    private final TopicReader reader;
    private long cleaned = System.currentTimeMillis();

    private ReadTopics(TopicReader reader) {
      this.reader = reader;
    }

    @Override
    public void read(KafkaTables into, Runnable heard) {
      reader.read(into::take, heard);
    }

    @Override
    public void afterwards(KafkaTables into) {
      long now = System.currentTimeMillis();
      if (now - cleaned > BETWEEN_CLEANINGS.toMillis()) {
        cleaned = now;
        into.tables.values().forEach(table -> table.clean(now));
      }
    }

    @Override
    public void close() {
      reader.close();
    }
  }

  /** A table, and the loads that have not ended. */
  private static final class Filling {
    private final TableDefinition definition;
    private final PackedTable table;
    private final Map<String, Open> open = new HashMap<>();
    private int bad;

    private record Open(PackedTable.Load load, long begun) {}

    private Filling(TableDefinition definition) {
      this.definition = definition;
      this.table = new PackedTable(definition);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
      try {
        take(TableTopics.read(definition, record), record);
      } catch (IllegalArgumentException e) {
        tell(record, String.valueOf(e.getMessage()));
      }
    }

    private void take(Said said, ConsumerRecord<byte[], byte[]> record) {
      if (said instanceof Said.Unreadable unreadable) {
        tell(record, unreadable.why());
      } else if (said instanceof Said.Loaded loaded) {
        Open ended = open.remove(loaded.load());
        // One that changed nothing has no rows, and is a version all the same.
        PackedTable.Load load = ended == null ? table.load() : ended.load();
        load.commit(loaded.known(), loaded.version());
      } else if (said instanceof Said.Put put) {
        if (put.load().isEmpty()) {
          table.give(put.row(), record.timestamp() + TableTopics.LEAD.toMillis());
        } else {
          load(put.load(), record).put(put.row());
        }
      } else if (said instanceof Said.Removed removed) {
        if (removed.load().isEmpty()) {
          table.remove(removed.id(), record.timestamp() + TableTopics.LEAD.toMillis());
        } else {
          load(removed.load(), record).remove(removed.id());
        }
      }
    }

    private PackedTable.Load load(String id, ConsumerRecord<byte[], byte[]> record) {
      return open.computeIfAbsent(id, begun -> new Open(table.load(), record.timestamp())).load();
    }

    private void tell(ConsumerRecord<byte[], byte[]> record, String why) {
      bad++;
      if (bad <= TOLD_BAD_RECORDS) {
        LOG.warn(
            "the record at offset {} of {} is left out: {}", record.offset(), record.topic(), why);
      }
    }

    private void clean(long now) {
      List<String> left = new ArrayList<>();
      open.forEach(
          (id, each) -> {
            if (now - each.begun() > LONGEST_LOAD.toMillis()) {
              each.load().abandon();
              left.add(id);
            }
          });
      left.forEach(open::remove);
      table.forget(now - TableTopics.RETENTION.toMillis());
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    Filling filling = tables.get(record.topic());
    if (filling != null) {
      filling.take(record);
    }
  }

  /**
   * Waits until all is read that the topics hold now.
   *
   * @throws IllegalStateException when Kafka has not answered for a minute
   */
  public void readToEnd() {
    follower.readToEnd();
  }

  @Override
  public void await(long arrival) {
    if (arrival - MARGIN <= follower.readAt()) {
      return;
    }
    // A clock that is ahead of ours must not make anybody wait until ours is there.
    if (Math.min(arrival, System.currentTimeMillis()) - MARGIN > follower.readAt()) {
      follower.readToEnd();
    }
  }

  @Override
  public ReferenceTable table(String name) {
    return Tables.named(name)
        .map(table -> tables.get(topics.of(table)))
        .<ReferenceTable>map(filling -> filling.table)
        .orElseGet(() -> ReferenceTables.none().table(name));
  }

  /** A table that lies in Kafka, with all that is in it. */
  public PackedTable all(TableDefinition table) {
    Filling filling = tables.get(topics.of(table));
    if (filling == null) {
      throw new IllegalArgumentException(table.name() + " is not read");
    }
    return filling.table;
  }
}
