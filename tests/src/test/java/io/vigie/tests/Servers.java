package io.vigie.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.embedded.AfterClose;
import io.vigie.embedded.EmbeddedElasticsearch;
import io.vigie.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A real Kafka and a real Elasticsearch for one test, empty at its start. */
final class Servers implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  final EmbeddedKafka kafka;
  final EmbeddedElasticsearch elasticsearch;

  private Servers(EmbeddedKafka kafka, EmbeddedElasticsearch elasticsearch) {
    this.kafka = kafka;
    this.elasticsearch = elasticsearch;
  }

  static Servers start() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("vigie-it");
    EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, AfterClose.DELETE_DATA);
    for (String topic : List.of("aws.cloudtrail", "vigie.alerts", "vigie.dead-letters")) {
      kafka.createTopic(topic, 2);
    }
    return new Servers(
        kafka,
        EmbeddedElasticsearch.start(
            folder.resolve("elasticsearch"), 0, AfterClose.DELETE_DATA, progress -> {}));
  }

  /** A configuration for the job on these servers. */
  Path configuration(Path folder, Path rules) throws IOException {
    String yaml =
        """
        kafka: {bootstrap: "%s"}
        elasticsearch: {url: "%s"}
        sources: [aws.cloudtrail]
        rules: ["%s"]
        checkpoints: {folder: "%s", interval: 1s}
        """
            .formatted(
                kafka.bootstrapServers(),
                elasticsearch.uri(),
                rules,
                folder.resolve("checkpoints"));
    return Files.writeString(folder.resolve("vigie.yaml"), yaml);
  }

  /** Every alert by its id, without write times and what belongs to analysts. */
  Map<String, ObjectNode> alerts() throws IOException, InterruptedException {
    Map<String, ObjectNode> alerts = new TreeMap<>();
    for (JsonNode hit : hits("logs-vigie.alerts-*")) {
      ObjectNode source = (ObjectNode) hit.path("_source");
      source.withObjectProperty("event").remove(List.of("created", "ingested"));
      source.withObjectProperty("vigie").remove("workflow");
      alerts.put(hit.path("_id").asText(), source);
    }
    return alerts;
  }

  JsonNode hits(String index) throws IOException, InterruptedException {
    send(HttpRequest.newBuilder(uri(index + "/_refresh")).POST(BODY));
    return send(HttpRequest.newBuilder(uri(index + "/_search?size=5000"))).at("/hits/hits");
  }

  private static final HttpRequest.BodyPublisher BODY = HttpRequest.BodyPublishers.noBody();

  private URI uri(String path) {
    return elasticsearch.uri().resolve("/" + path);
  }

  private static JsonNode send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try (InputStream body =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofInputStream()).body()) {
      return JSON.readTree(body);
    }
  }

  /** All records of a topic as JSON. */
  List<JsonNode> records(String topic) throws IOException {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    List<JsonNode> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          records.add(JSON.readTree(record.value()));
        }
      }
    }
    return records;
  }

  @Override
  public void close() {
    elasticsearch.close();
    kafka.close();
  }
}
