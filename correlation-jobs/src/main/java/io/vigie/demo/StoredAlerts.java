package io.vigie.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** The alerts that Elasticsearch holds. */
record StoredAlerts(List<JsonNode> documents) {
  private static final int MORE_THAN_ANY_DEMO_HAS = 1000;

  static StoredAlerts read(URI elasticsearch) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    URI search =
        elasticsearch.resolve(
            "/logs-vigie.alerts-*/_search?allow_no_indices=true&size=" + MORE_THAN_ANY_DEMO_HAS);
    post(client, elasticsearch.resolve("/logs-vigie.alerts-*/_refresh"));
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(search).build(), HttpResponse.BodyHandlers.ofByteArray());
    List<JsonNode> documents = new ArrayList<>();
    for (JsonNode hit : new ObjectMapper().readTree(response.body()).at("/hits/hits")) {
      documents.add(hit.path("_source"));
    }
    return new StoredAlerts(documents);
  }

  private static void post(HttpClient client, URI uri) throws IOException, InterruptedException {
    client.send(
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.discarding());
  }

  int count() {
    return documents.size();
  }

  /** Rule and group of each. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (JsonNode document : documents) {
      List<String> group = new ArrayList<>();
      document.at("/vigie/alert/group/values").forEach(value -> group.add(value.asText()));
      names.add(name(document.at("/rule/id").asText(), group));
    }
    return names;
  }

  static String name(String ruleId, List<String> group) {
    return ruleId + " " + group;
  }
}
