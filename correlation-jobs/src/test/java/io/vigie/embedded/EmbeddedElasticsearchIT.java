package io.vigie.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedElasticsearchIT {
  private static final String DOCUMENT = "{\"user\":{\"name\":\"alice\"}}";

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path folder;

  @Test
  void aRestartOnTheSameFolderKeepsTheData() throws Exception {
    Path data = folder.resolve("elasticsearch");
    try (EmbeddedElasticsearch server = start(data)) {
      assertThat(put(server.uri().resolve("/events/_doc/1?refresh=true"), DOCUMENT)).isEqualTo(201);
      assertThat(get(server.uri().resolve("/events/_search?q=user.name:alice")))
          .contains("\"value\":1");
    }
    try (EmbeddedElasticsearch server = start(data)) {
      assertThat(get(server.uri().resolve("/events/_search?q=user.name:alice")))
          .contains("\"value\":1");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void itListensOnLoopbackOnlyAndNothingIsLeftAfterClose() throws Exception {
    Path data = folder.resolve("elasticsearch");
    EmbeddedElasticsearch server =
        EmbeddedElasticsearch.start(data, 0, AfterClose.DELETE_DATA, line -> {});
    List<ProcessHandle> processes = processes(server.process());
    List<String> listening = new ArrayList<>();
    for (ProcessHandle process : processes) {
      listening.addAll(ListeningSockets.addresses(process.pid()));
    }
    assertThat(server.uri().getHost()).isEqualTo("127.0.0.1");
    assertThat(listening).hasSize(2).allMatch(ListeningSockets::isLoopback);

    server.close();
    server.close();

    assertThat(processes).hasSizeGreaterThan(1);
    for (ProcessHandle process : processes) {
      process.onExit().get(1, TimeUnit.MINUTES);
    }
    assertThat(server.runFolder()).doesNotExist();
    assertThat(data).doesNotExist();
    assertThatThrownBy(() -> get(server.uri())).isInstanceOf(IOException.class);
  }

  @Test
  void theServerEndsWhenOurProcessIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ElasticsearchUntilKilled.class.getName(),
                folder.resolve("elasticsearch").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = parent.inputReader()) {
      Path run = Path.of(output.readLine());
      List<ProcessHandle> children = parent.descendants().toList();
      assertThat(children).hasSizeGreaterThan(1);
      assertThat(run).exists();

      parent.destroyForcibly().waitFor();

      for (ProcessHandle child : children) {
        child.onExit().get(1, TimeUnit.MINUTES);
      }
      assertThat(run).doesNotExist();
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void aServerThatCannotStartSaysWhy() throws Exception {
    Path data = folder.resolve("elasticsearch");
    try (EmbeddedElasticsearch server = start(data)) {
      assertThatThrownBy(
              () -> EmbeddedElasticsearch.start(data, 0, AfterClose.DELETE_DATA, line -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ended while it was starting")
          .hasMessageContaining("node.lock")
          .hasMessageContaining(data.toRealPath().toString());
      assertThat(data).isNotEmptyDirectory();
      assertThatThrownBy(
              () ->
                  EmbeddedElasticsearch.start(
                      folder.resolve("other"), server.uri().getPort(), line -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + server.uri().getPort());
    }
  }

  @Test
  void theDistributionIsFetchedOnce() throws Exception {
    ElasticsearchDistribution distribution =
        new ElasticsearchDistribution(Map.of("VIGIE_CACHE", folder.resolve("cache").toString()));
    List<String> progress = new ArrayList<>();

    Path home = distribution.home(progress::add);
    assertThat(progress).singleElement().asString().startsWith("Fetching Elasticsearch");
    assertThat(home.resolve("bin/elasticsearch")).isExecutable();
    try (var left = Files.list(folder.resolve("cache"))) {
      assertThat(left).containsExactly(home);
    }

    assertThat(distribution.home(progress::add)).isEqualTo(home);
    assertThat(progress).hasSize(1);
  }

  @Test
  void anInstalledDistributionIsTaken() throws Exception {
    Path installed = folder.toRealPath().resolve("installed");
    ElasticsearchDistribution distribution =
        new ElasticsearchDistribution(Map.of("VIGIE_ELASTICSEARCH_HOME", installed.toString()));

    assertThatThrownBy(() -> distribution.home(line -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(installed.toString());

    Files.createDirectories(installed.resolve("bin"));
    Files.createFile(installed.resolve("bin/elasticsearch"));
    assertThat(distribution.home(line -> {})).isEqualTo(installed);
  }

  private static EmbeddedElasticsearch start(Path data) throws Exception {
    return EmbeddedElasticsearch.start(data, 0, line -> {});
  }

  private static List<ProcessHandle> processes(ProcessHandle root) {
    List<ProcessHandle> all = new ArrayList<>(root.descendants().toList());
    all.add(root);
    return all;
  }

  private int put(URI uri, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("content-type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private String get(URI uri) throws Exception {
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
