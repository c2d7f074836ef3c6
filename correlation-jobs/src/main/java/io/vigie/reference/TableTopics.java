package io.vigie.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.EventRows;
import io.vigie.enrichment.Tables;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.enrichment.table.TableDefinition.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The topics in which tables of reference data lie, one for each table: compacted, of one
 * partition.
 *
 * <p>A record {@code row/ID} is a row as JSON, or takes the row away where it has no value. Its
 * header {@code load} names the load that it is part of; without one it counts {@link #LEAD} after
 * Kafka took it. A record {@code load/ID}, {@code {"known": …, "version": …}}, ends a load: from
 * then on its rows count, for events that arrive at {@code known} or later.
 *
 * <p>Kafka keeps all records for a week before it compacts them, so that a replay of that week's
 * events meets the rows that they met.
 *
 * @param prefix of the topics' names, such as {@code vigie.reference}
 */
public record TableTopics(String prefix) {
  /** Before a row counts, every process has read it. */
  public static final Duration LEAD = Duration.ofSeconds(10);

  /** How long what counts no more is kept for events that are read again. */
  public static final Duration RETENTION = Duration.ofDays(7);

  private static final String ROW = "row/";
  private static final String LOAD = "load/";
  private static final String ALWAYS = "always";
  private static final JsonMapper JSON = new JsonMapper();

  /** What a record of such a topic says. */
  public sealed interface Said {
    /** A row is there, or is another; {@code load} is empty where an event gave it. */
    record Put(String load, Row row) implements Said {}

    /** A row is no longer there. */
    record Removed(String load, String id) implements Said {}

    /**
     * A load has ended.
     *
     * @param known milliseconds since 1970 UTC; {@link Long#MIN_VALUE} for always
     */
    record Loaded(String load, long known, String version) implements Said {}

    /**
     * Nothing that this Vigie understands.
     *
     * @param why in words
     */
    record Unreadable(String why) implements Said {}
  }

  /** The topic of a table. */
  public String of(TableDefinition table) {
    return prefix + "." + table.name();
  }

  /** The table of a topic. */
  Optional<TableDefinition> table(String topic) {
    return Tables.ALL.stream().filter(table -> of(table).equals(topic)).findFirst();
  }

  /** How the topic of a table has to be set up. */
  public static Map<String, String> settings(TableDefinition table) {
    String week = String.valueOf(RETENTION.toMillis());
    Map<String, String> compacted =
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
            week,
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime");
    // Sessions end within a day and are never taken back; they would gather for ever.
    Map<String, String> passing =
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            String.valueOf(2 * RETENTION.toMillis()),
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime");
    return table.name().equals("sessions") ? passing : compacted;
  }

  ProducerRecord<byte[], byte[]> put(
      TableDefinition table, String load, String id, ObjectNode row) {
    return record(table, ROW + id, bytes(row), load);
  }

  ProducerRecord<byte[], byte[]> removed(TableDefinition table, String load, String id) {
    return record(table, ROW + id, null, load);
  }

  ProducerRecord<byte[], byte[]> loaded(TableDefinition table, Said.Loaded load) {
    ObjectNode value = JSON.createObjectNode();
    value.put(
        "known",
        load.known() == Long.MIN_VALUE ? ALWAYS : Instant.ofEpochMilli(load.known()).toString());
    value.put("version", load.version());
    return record(table, LOAD + load.load(), bytes(value), "");
  }

  /** The record of a row that an event gave. */
  public ProducerRecord<byte[], byte[]> given(TableDefinition table, String id, byte[] json) {
    return record(table, ROW + id, json, "");
  }

  private ProducerRecord<byte[], byte[]> record(
      TableDefinition table, String key, byte @Nullable [] value, String load) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(of(table), 0, key.getBytes(StandardCharsets.UTF_8), value);
    if (!load.isEmpty()) {
      record.headers().add("load", load.getBytes(StandardCharsets.UTF_8));
    }
    return record;
  }

  /** The value of the record of a row that an event gave. */
  public static byte[] bytes(EventRows.Given given) {
    return bytes(given.row().row());
  }

  private static byte[] bytes(ObjectNode row) {
    try {
      return JSON.writeValueAsBytes(row);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Said read(TableDefinition table, ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    Header header = record.headers().lastHeader("load");
    String load = header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    if (key.startsWith(ROW) && record.value() == null) {
      return new Said.Removed(load, key.substring(ROW.length()));
    }
    JsonNode value;
    try {
      value = JSON.readTree(record.value() == null ? new byte[0] : record.value());
    } catch (IOException e) {
      return new Said.Unreadable("its value is no JSON");
    }
    if (key.startsWith(LOAD)) {
      return loaded(key.substring(LOAD.length()), value);
    }
    if (!key.startsWith(ROW) || !(value instanceof ObjectNode row)) {
      return new Said.Unreadable("it is neither a row nor the end of a load");
    }
    List<String> wrong = new ArrayList<>();
    return table
        .read(row, wrong::add)
        .<Said>map(each -> new Said.Put(load, each))
        .orElseGet(() -> new Said.Unreadable("the row " + String.join(", ", wrong)));
  }

  private static Said loaded(String load, JsonNode value) {
    String known = value.path("known").asText();
    try {
      return new Said.Loaded(
          load,
          known.equals(ALWAYS) ? Long.MIN_VALUE : Instant.parse(known).toEpochMilli(),
          value.path("version").asText());
    } catch (DateTimeException | ArithmeticException e) {
      return new Said.Unreadable("the load is known from '" + known + "', which is no time");
    }
  }
}
