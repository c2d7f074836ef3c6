package io.vigie.feed;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The records of a topic in a range of time, as Kafka dates them. Reading leaves no trace: no
 * group, no committed offset.
 *
 * @param from inclusive
 * @param to exclusive
 */
public record TopicRange(String topic, Instant from, Instant to) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long PROGRESS = 100_000;

  /**
   * What was read.
   *
   * @param leftOut records that are gzip, and so no lines
   */
  public record Saved(long written, long leftOut) {}

  /**
   * Writes the records to a file, one a line.
   *
   * @param properties of Kafka's consumer, beyond what is needed anyway
   * @param progress takes how many records have been written, now and then
   * @throws KafkaException when Kafka does not answer or does not have the topic
   */
  public Saved save(
      String bootstrap, Map<String, String> properties, Path file, LongConsumer progress)
      throws IOException {
    Properties all = new Properties();
    all.put("bootstrap.servers", bootstrap);
    all.put("enable.auto.commit", "false");
    all.put("allow.auto.create.topics", "false");
    all.put("isolation.level", "read_committed");
    all.put("default.api.timeout.ms", String.valueOf(PATIENCE.toMillis()));
    all.putAll(properties);
    long written = 0;
    long leftOut = 0;
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      Map<TopicPartition, Long> ends = seek(consumer, bootstrap);
      while (!ends.isEmpty()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          if (record.value() == null || !isWithin(record.timestamp())) {
            continue;
          }
          if (isGzip(record.value())) {
            leftOut++;
          } else {
            out.write(oneLine(record.value()));
            out.write('\n');
            if (++written % PROGRESS == 0) {
              progress.accept(written);
            }
          }
        }
        ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        consumer.pause(
            consumer.assignment().stream().filter(part -> !ends.containsKey(part)).toList());
      }
    }
    return new Saved(written, leftOut);
  }

  /** Where each partition ends; those with nothing in the range are left out. */
  private Map<TopicPartition, Long> seek(KafkaConsumer<byte[], byte[]> consumer, String bootstrap) {
    List<PartitionInfo> infos;
    try {
      infos = consumer.partitionsFor(topic);
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      throw new KafkaException("Kafka at " + bootstrap + " does not answer", e);
    }
    if (infos == null || infos.isEmpty()) {
      throw new KafkaException("Kafka at " + bootstrap + " has no topic " + topic);
    }
    List<TopicPartition> partitions =
        infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> first = new HashMap<>();
    Map<TopicPartition, Long> last = new HashMap<>();
    partitions.forEach(partition -> first.put(partition, from.toEpochMilli()));
    partitions.forEach(partition -> last.put(partition, to.toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(first);
    Map<TopicPartition, OffsetAndTimestamp> stops = consumer.offsetsForTimes(last);
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp start = starts.get(partition);
      OffsetAndTimestamp stop = stops.get(partition);
      if (stop != null) {
        ends.put(partition, stop.offset());
      }
      if (start == null || start.offset() >= ends.getOrDefault(partition, 0L)) {
        ends.remove(partition);
      } else {
        consumer.seek(partition, start.offset());
      }
    }
    consumer.pause(partitions.stream().filter(part -> !ends.containsKey(part)).toList());
    return ends;
  }

  private boolean isWithin(long timestamp) {
    return timestamp >= from.toEpochMilli() && timestamp < to.toEpochMilli();
  }

  private static boolean isGzip(byte[] record) {
    return record.length > 1 && record[0] == 0x1f && record[1] == (byte) 0x8b;
  }

  /** Between the values of a JSON text a line break is white space, and inside them it is none. */
  private static byte[] oneLine(byte[] record) {
    byte[] line = record.clone();
    boolean json = line.length > 0 && (line[0] == '{' || line[0] == '[');
    for (int i = 0; json && i < line.length; i++) {
      if (line[i] == '\n' || line[i] == '\r') {
        line[i] = ' ';
      }
    }
    return line;
  }
}
