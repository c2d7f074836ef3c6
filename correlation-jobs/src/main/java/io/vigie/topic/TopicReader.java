package io.vigie.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads the first partitions of some topics, from their beginnings on. For one thread. */
public final class TopicReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(TopicClients.PATIENCE_MS);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final TopicClients clients;
  private final boolean wholly;

  /** Where the next record lies, of each partition that is read. */
  private final Map<TopicPartition, Long> positions = new HashMap<>();

  private @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /** A topic is no longer what it was. */
  public static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean deleted;

    private Lost(boolean deleted) {
      super(deleted ? "deleted" : "cut off", null, false, false);
      this.deleted = deleted;
    }

    /** Whether the topic has become shorter, and has not just lost its first records. */
    public boolean isDeleted() {
      return deleted;
    }
  }

  /**
   * @param wholly whether it matters that nothing is lost: else what a topic forgets is not missed,
   *     and one that was made anew is read anew
   */
  public TopicReader(TopicClients clients, List<String> topics, boolean wholly) {
    this.clients = clients;
    this.wholly = wholly;
    topics.forEach(topic -> positions.put(new TopicPartition(topic, 0), 0L));
  }

  /**
   * Reads on from where the last call ended to what is the topics' end now. A topic that is not
   * there is an empty one.
   *
   * @param heard is called whenever Kafka has answered
   * @throws Lost where it matters that nothing is lost, and something is
   * @throws KafkaException when Kafka does not answer. The next call goes on from where this one
   *     got to
   */
  public void read(Consumer<ConsumerRecord<byte[], byte[]>> out, Runnable heard) {
    try {
      readOn(out, heard);
    } catch (OffsetOutOfRangeException e) {
      close();
      throw new Lost(false);
    } catch (TimeoutException e) {
      close();
      throw new KafkaException("Kafka at " + clients.bootstrap() + " does not answer");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void readOn(Consumer<ConsumerRecord<byte[], byte[]>> out, Runnable heard) {
    KafkaConsumer<byte[], byte[]> open = consumer == null ? connect() : consumer;
    Set<TopicPartition> present = present(open);
    if (!open.assignment().equals(present)) {
      open.assign(present);
      present.forEach(partition -> open.seek(partition, at(partition)));
    }
    Map<TopicPartition, Long> ends = open.endOffsets(present);
    heard.run();
    for (var position : positions.entrySet()) {
      long end = ends.getOrDefault(position.getKey(), 0L);
      if (end < position.getValue()) {
        if (wholly) {
          throw new Lost(true);
        }
        position.setValue(0L);
        if (present.contains(position.getKey())) {
          open.seek(position.getKey(), 0);
        }
      }
    }
    while (isBefore(ends)) {
      boolean moved = false;
      ConsumerRecords<byte[], byte[]> records = open.poll(PATIENCE);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        // First, so that a record at which somebody stumbles is not taken twice.
        positions.put(new TopicPartition(record.topic(), 0), record.offset() + 1);
        out.accept(record);
        moved = true;
      }
      for (TopicPartition partition : ends.keySet()) {
        long position = open.position(partition);
        moved |= position > at(partition);
        positions.put(partition, position);
      }
      if (!moved) {
        throw new KafkaException("Kafka does not give what the topics " + ends.keySet() + " hold");
      }
      heard.run();
    }
  }

  private boolean isBefore(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().anyMatch(end -> at(end.getKey()) < end.getValue());
  }

  private long at(TopicPartition partition) {
    return positions.getOrDefault(partition, 0L);
  }

  private Set<TopicPartition> present(KafkaConsumer<byte[], byte[]> open) {
    Set<TopicPartition> present = new HashSet<>();
    for (TopicPartition partition : positions.keySet()) {
      List<PartitionInfo> infos = open.partitionsFor(partition.topic());
      if (infos != null && !infos.isEmpty()) {
        present.add(partition);
      }
    }
    return present;
  }

  private KafkaConsumer<byte[], byte[]> connect() {
    KafkaConsumer<byte[], byte[]> made = clients.consumer(wholly ? "none" : "earliest");
    consumer = made;
    return made;
  }

  /** Lets go of the connection; whoever reads again makes a new one. */
  @Override
  public void close() {
    KafkaConsumer<byte[], byte[]> open = consumer;
    consumer = null;
    if (open != null) {
      open.close(CloseOptions.timeout(CLOSE_PATIENCE));
    }
  }
}
