package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.demo.DemoRecord;
import io.vigie.demo.DemoStories;
import io.vigie.demo.ExpectedAlert;
import io.vigie.feed.KafkaFeed;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.elasticsearch.ElasticsearchContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The job against the images that docker-compose.yml names; needs a Docker engine. */
class ContainersIT {
  @TempDir Path folder;

  @Test
  void storiesEndAsTheExpectedAlerts() throws Exception {
    assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(), "skipped: there is no Docker engine");
    DemoStories stories = new DemoStories(7, Instant.parse("2026-03-01T12:00:00Z"));
    try (KafkaContainer kafka = new KafkaContainer(image("apache/kafka"));
        ElasticsearchContainer elasticsearch =
            new ElasticsearchContainer(image("docker.elastic.co/elasticsearch/elasticsearch"))
                .withEnv("xpack.security.enabled", "false")) {
      kafka.start();
      elasticsearch.start();
      createTopics(kafka.getBootstrapServers());
      try (KafkaFeed feed = new KafkaFeed(kafka.getBootstrapServers(), Map.of())) {
        for (DemoRecord record : stories.records()) {
          feed.send(record.source(), record.json());
        }
        feed.flush();
      }
      URI url = URI.create("http://" + elasticsearch.getHttpHostAddress());
      Path config =
          Files.writeString(
              folder.resolve("vigie.yaml"),
              """
              kafka: {bootstrap: "%s"}
              elasticsearch: {url: "%s"}
              sources: [aws.cloudtrail]
              rules: ["%s"]
              checkpoints: {folder: "%s"}
              """
                  .formatted(
                      kafka.getBootstrapServers(),
                      url,
                      Project.library(),
                      folder.resolve("checkpoints")));
      Engine engine = Engine.start(folder, "run", "--until-end", "--config", config.toString());

      assertThat(engine.awaitExit()).as(engine.output()).isZero();
      assertThat(rules(url))
          .containsExactlyInAnyOrderElementsOf(
              stories.expectedAlerts().stream().map(ExpectedAlert::ruleId).toList());
    }
  }

  /** The image in the version that docker-compose.yml names. */
  private static DockerImageName image(String name) throws Exception {
    return Files.readAllLines(Project.root().resolve("docker-compose.yml")).stream()
        .map(String::strip)
        .filter(line -> line.startsWith("image: " + name + ":"))
        .map(line -> DockerImageName.parse(line.substring("image: ".length())))
        .findFirst()
        .orElseThrow();
  }

  private static void createTopics(String bootstrap) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      List<NewTopic> topics = new ArrayList<>();
      for (String topic : List.of("aws.cloudtrail", "vigie.alerts", "vigie.dead-letters")) {
        topics.add(new NewTopic(topic, 2, (short) 1));
      }
      admin.createTopics(topics).all().get();
    }
  }

  private static List<String> rules(URI elasticsearch) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    client.send(
        HttpRequest.newBuilder(elasticsearch.resolve("/logs-vigie.alerts-*/_refresh"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        BodyHandlers.discarding());
    byte[] found =
        client
            .send(
                HttpRequest.newBuilder(
                        elasticsearch.resolve("/logs-vigie.alerts-*/_search?size=1000"))
                    .build(),
                BodyHandlers.ofByteArray())
            .body();
    List<String> rules = new ArrayList<>();
    for (JsonNode hit : new ObjectMapper().readTree(found).at("/hits/hits")) {
      rules.add(hit.at("/_source/rule/id").asText());
    }
    return rules;
  }
}
