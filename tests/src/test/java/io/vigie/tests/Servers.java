package io.vigie.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.embedded.AfterClose;
import io.vigie.embedded.EmbeddedElasticsearch;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A real Kafka and a real Elasticsearch for one test, empty at its start. */
final class Servers implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  final Broker kafka;
  private final Path folder;
  private EmbeddedElasticsearch elasticsearch;

  private Servers(Path folder, Broker kafka, EmbeddedElasticsearch elasticsearch) {
    this.folder = folder;
    this.kafka = kafka;
    this.elasticsearch = elasticsearch;
  }

  static Servers start() throws IOException, InterruptedException {
    return start(List.of("aws.cloudtrail"));
  }

  /**
   * With the topics of these log sources.
   *
   * @param sources their ids
   */
  static Servers start(List<String> sources) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("vigie-it");
    List<String> topics = new ArrayList<>(sources);
    topics.addAll(List.of("vigie.alerts", "vigie.dead-letters"));
    Broker kafka = Broker.start(folder, topics);
    try {
      return new Servers(folder, kafka, elasticsearch(folder, 0));
    } catch (IOException e) {
      kafka.close();
      throw e;
    }
  }

  private static EmbeddedElasticsearch elasticsearch(Path folder, int port)
      throws IOException, InterruptedException {
    return EmbeddedElasticsearch.start(
        folder.resolve("elasticsearch"), port, AfterClose.KEEP_DATA, progress -> {});
  }

  /** {@code kill -9}. */
  void killElasticsearch() throws InterruptedException, ExecutionException {
    ProcessHandle server = elasticsearch.server();
    server.destroyForcibly();
    server.onExit().get();
  }

  /** On the same port with the same data. */
  void startElasticsearchAgain() throws IOException, InterruptedException {
    int port = elasticsearch.uri().getPort();
    elasticsearch.close();
    elasticsearch = elasticsearch(folder, port);
  }

  long elasticsearchPid() {
    return elasticsearch.server().pid();
  }

  /** A configuration for the job on these servers. */
  Path configuration(Path folder, Path rules) throws IOException {
    return configuration(folder, rules, List.of("aws.cloudtrail"), "");
  }

  /**
   * The same for other log sources.
   *
   * @param sources their ids
   * @param more of the configuration, lines of YAML
   */
  Path configuration(Path folder, Path rules, List<String> sources, String more)
      throws IOException {
    String yaml =
        """
        kafka: {bootstrap: "%s"}
        elasticsearch: {url: "%s"}
        sources: %s
        rules: ["%s"]
        checkpoints: {folder: "%s", interval: 1s}
        """
            .formatted(
                kafka.bootstrapServers(),
                elasticsearch.uri(),
                sources,
                rules,
                folder.resolve("checkpoints"));
    return Files.writeString(folder.resolve("vigie.yaml"), yaml + more);
  }

  /**
   * Every alert that stands, by its id, without write times, revision, and what belongs to
   * analysts.
   *
   * @throws AssertionError when one lies there twice
   */
  Map<String, ObjectNode> alerts() throws IOException, InterruptedException {
    Map<String, ObjectNode> alerts = new TreeMap<>();
    for (JsonNode hit : hits("logs-vigie.alerts-*")) {
      ObjectNode source = (ObjectNode) hit.path("_source");
      source.withObjectProperty("event").remove(List.of("created", "ingested"));
      source.withObjectProperty("vigie").remove("workflow");
      source.withObjectProperty("vigie").withObjectProperty("alert").remove("revision");
      String id = hit.path("_id").asText();
      if (source.at("/vigie/alert/standing").asText().equals("withdrawn")) {
        continue;
      }
      if (alerts.put(id, source) != null) {
        throw new AssertionError("there twice: " + id);
      }
    }
    return alerts;
  }

  /** The events behind each alert, by the alert's id; an event as often as it lies there. */
  Map<String, List<String>> evidence() throws IOException, InterruptedException {
    Map<String, List<String>> evidence = new TreeMap<>();
    for (JsonNode hit : hits("logs-vigie.evidence-*")) {
      JsonNode source = hit.path("_source");
      evidence
          .computeIfAbsent(source.at("/vigie/alert/id").asText(), id -> new ArrayList<>())
          .add(source.at("/event/id").asText());
    }
    return evidence;
  }

  JsonNode hits(String index) throws IOException, InterruptedException {
    send(HttpRequest.newBuilder(uri(index + "/_refresh")).POST(BODY));
    return send(HttpRequest.newBuilder(uri(index + "/_search?size=10000"))).at("/hits/hits");
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
  public void close() throws IOException, InterruptedException {
    kafka.close();
    elasticsearch.close();
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
