package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.embedded.AfterClose;
import io.vigie.embedded.EmbeddedElasticsearch;
import io.vigie.enrichment.Enrichers;
import io.vigie.job.sink.ElasticsearchConfig;
import io.vigie.job.sink.IndexTemplateInstaller;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Elasticsearch takes every document that the log sources' goldens become. */
class IndexedGoldensIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void everyDocumentIsTaken() throws Exception {
    List<JsonNode> documents = documents();
    assertThat(documents).hasSizeGreaterThan(10);
    try (EmbeddedElasticsearch elasticsearch =
        EmbeddedElasticsearch.start(folder, 0, AfterClose.DELETE_DATA, progress -> {})) {
      IndexTemplateInstaller.install(
          ElasticsearchConfig.open(elasticsearch.uri()), Duration.ofMinutes(1));

      assertThat(refused(elasticsearch, "logs-vigie.evidence-default-2026.01", documents))
          .isEmpty();

      // Whoever wants to search a source's own fields lets Elasticsearch find their types: the
      // values of one field must have one type, whichever document comes first.
      put(
          elasticsearch,
          "/logs-vigie.evidence-dynamic",
          "{\"mappings\":{\"dynamic\":true},"
              + "\"settings\":{\"index.mapping.total_fields.limit\":10000}}");
      assertThat(refused(elasticsearch, "logs-vigie.evidence-dynamic", documents)).isEmpty();
    }
  }

  private static List<JsonNode> documents() throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Project.root().resolve("ingest/sources"))) {
      for (Path file :
          files.filter(path -> path.toString().endsWith(".expected.json")).sorted().toList()) {
        for (JsonNode document : JSON.readTree(file.toFile())) {
          if (!document.at("/event/kind").asText().equals("pipeline_error")) {
            Enrichers.builtIn().enrich((ObjectNode) document);
            documents.add(document);
          }
        }
      }
    }
    return documents;
  }

  private static List<String> refused(
      EmbeddedElasticsearch elasticsearch, String index, List<JsonNode> documents)
      throws Exception {
    StringBuilder bulk = new StringBuilder();
    documents.forEach(document -> bulk.append("{\"create\":{}}\n").append(document).append('\n'));
    JsonNode answer =
        send(
            elasticsearch,
            "/" + index + "/_bulk",
            request -> request.POST(BodyPublishers.ofString(bulk.toString())));
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      JsonNode error = answer.path("items").path(i).at("/create/error");
      if (!error.isMissingNode()) {
        refused.add(error + " " + documents.get(i));
      }
    }
    assertThat(answer.path("items")).hasSameSizeAs(documents);
    return refused;
  }

  private static void put(EmbeddedElasticsearch elasticsearch, String path, String body)
      throws Exception {
    JsonNode answer =
        send(elasticsearch, path, request -> request.PUT(BodyPublishers.ofString(body)));
    assertThat(answer.path("acknowledged").asBoolean()).as(answer.toString()).isTrue();
  }

  private static JsonNode send(
      EmbeddedElasticsearch elasticsearch, String path, UnaryOperator<HttpRequest.Builder> method)
      throws Exception {
    HttpRequest request =
        method
            .apply(
                HttpRequest.newBuilder(elasticsearch.uri().resolve(path))
                    .header("Content-Type", "application/json"))
            .build();
    return JSON.readTree(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
  }
}
