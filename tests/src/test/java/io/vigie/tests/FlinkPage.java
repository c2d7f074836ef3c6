package io.vigie.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;

/** What Flink's own page says of its one job. */
record FlinkPage(URI address) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** The HTTP status of an answer. */
  int status(String method, String path) throws IOException, InterruptedException {
    return HTTP.send(
            HttpRequest.newBuilder(address.resolve(path))
                .timeout(ANSWER)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  /** How many task managers are there. */
  int taskManagers() throws IOException, InterruptedException {
    return get("/overview").path("taskmanagers").intValue();
  }

  /** Whether every task of the job runs. */
  boolean runs() throws IOException, InterruptedException {
    JsonNode job = get(job());
    JsonNode tasks = job.path("status-counts");
    int running = tasks.path("RUNNING").intValue();
    int all = 0;
    for (JsonNode count : tasks) {
      all += count.intValue();
    }
    boolean everyone = true;
    for (JsonNode vertex : job.path("vertices")) {
      everyone &= vertex.at("/tasks/RUNNING").intValue() == vertex.path("parallelism").intValue();
    }
    return state().equals("RUNNING") && running == all && running > 0 && everyone;
  }

  /** The state of the job in Flink's word. */
  String state() throws IOException, InterruptedException {
    return get(job()).path("state").asText();
  }

  /** How often the job failed and was started again. */
  int restarts() throws IOException, InterruptedException {
    return get(job() + "/exceptions").at("/exceptionHistory/entries").size();
  }

  /** What it failed of. */
  String failures() throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder();
    for (JsonNode entry : get(job() + "/exceptions").at("/exceptionHistory/entries")) {
      text.append(entry.path("taskName").asText())
          .append(": ")
          .append(entry.path("stacktrace").asText().lines().limit(6).toList())
          .append('\n');
    }
    return text.toString();
  }

  int completedCheckpoints() throws IOException, InterruptedException {
    return get(job() + "/checkpoints").at("/counts/completed").intValue();
  }

  /** Waits for two checkpoints more: the second began when the first had ended. */
  void awaitCheckpoints(Callable<String> story) throws Exception {
    int before = completedCheckpoints();
    Waiting.until("two checkpoints", () -> completedCheckpoints() >= before + 2, story);
  }

  private String job() throws IOException, InterruptedException {
    return "/jobs/" + get("/jobs").at("/jobs/0/id").asText();
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(
        HTTP.send(
                HttpRequest.newBuilder(address.resolve(path)).timeout(ANSWER).build(),
                HttpResponse.BodyHandlers.ofString())
            .body());
  }
}
