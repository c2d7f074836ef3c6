package io.vigie.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Shows the alerts of the alerts topic as rows of a table, each when it is first told. */
final class AlertTable implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL = Duration.ofMillis(200);
  private static final String ROW = "%-20s  %-8s  %-46s  %-44s  %6s%n";

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final PrintWriter out;
  private final Set<String> shown = new HashSet<>();
  private final Thread reader;
  private volatile boolean finishing;

  AlertTable(String bootstrap, String topic, PrintWriter out) {
    this.out = out;
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    properties.put("group.id", "vigie-demo-table");
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    this.reader = new Thread(this::read, "alert-table");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (consumer) {
      int emptyPolls = 0;
      // A last look after the end: the group's first assignment may come late.
      while (!finishing || emptyPolls < 5) {
        var records = consumer.poll(POLL);
        emptyPolls = records.isEmpty() ? emptyPolls + 1 : 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
          show(record.value());
        }
      }
    }
  }

  private void show(byte[] json) {
    JsonNode alert;
    try {
      alert = JSON.readTree(json);
    } catch (IOException e) {
      return;
    }
    if (!shown.add(alert.at("/event/id").asText())) {
      return;
    }
    if (shown.size() == 1) {
      out.printf("%n" + ROW, "FIRST SEEN", "LEVEL", "ALERT", "GROUP", "EVENTS");
    }
    List<String> group = new ArrayList<>();
    alert.at("/vigie/alert/group/values").forEach(value -> group.add(value.asText()));
    if (group.isEmpty()) {
      alert.at("/related/user").forEach(value -> group.add(value.asText()));
    }
    out.printf(
        ROW,
        alert.at("/vigie/alert/first_seen").asText().substring(0, 19).replace('T', ' '),
        alert.at("/vigie/alert/severity").asText(),
        cut(alert.at("/rule/name").asText(), 46),
        cut(String.join(", ", group), 44),
        alert.at("/vigie/alert/events/count").asText());
    out.flush();
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 1) + "…";
  }

  /** Shows what there is, and ends. */
  void finish() throws InterruptedException {
    finishing = true;
    reader.join(Duration.ofSeconds(20).toMillis());
  }

  @Override
  public void close() {
    finishing = true;
  }
}
