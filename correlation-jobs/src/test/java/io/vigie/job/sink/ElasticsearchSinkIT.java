package io.vigie.job.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vigie.embedded.AfterClose;
import io.vigie.embedded.EmbeddedElasticsearch;
import io.vigie.job.sink.Bulk.Fate;
import io.vigie.job.sink.Bulk.Write;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink and the templates with the real server. */
class ElasticsearchSinkIT {
  private static final String ALERTS = "logs-vigie.alerts-default-2026.11";
  private static final String EVIDENCE = "logs-vigie.evidence-default-2026.11";
  private static final String ALERT =
      """
      {
        "@timestamp": "2026-11-22T10:00:00.000Z",
        "event": {"kind": "alert", "severity": 73, "risk_score": 70.5, "original": "{}"},
        "message": "Root key used",
        "rule": {"id": "rule-%1$s", "name": "Root key used"},
        "threat": {"technique": {"id": ["T1078"], "subtechnique": {"id": ["T1078.004"]}}},
        "source": {"ip": "203.0.113.7", "geo": {"location": {"lat": 48.8, "lon": 2.3}}},
        "related": {"ip": ["203.0.113.7"], "user": ["alice"]},
        "labels": {"team": "blue"},
        "unknown": {"field": "stays"},
        "vigie": {
          "alert": {
            "id": "%1$s", "revision": %2$d, "type": "sequence",
            "time_range": {"gte": "2026-11-22T09:58:00Z", "lte": "2026-11-22T10:00:00Z"},
            "events": {"count": %2$d, "stored": 2, "truncated": false, "ids": ["e1", "e2"]},
            "steps": [
              {"index": 0, "action": "ConsoleLogin", "actor": "alice", "source_ip": "203.0.113.7"},
              {"index": 1, "action": "CreateAccessKey", "actor": "root", "source_ip": "AWS Internal"}
            ]
          },
          "params": {"threshold": 3},
          "workflow": {"status": "open"}
        }
      }
      """;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private static Path folder;
  private static EmbeddedElasticsearch server;
  private static ElasticsearchConfig config;

  private final RememberedDeadLetters deadLetters = new RememberedDeadLetters();

  @BeforeAll
  static void start() throws Exception {
    server =
        EmbeddedElasticsearch.start(
            folder.resolve("elasticsearch"), 0, AfterClose.DELETE_DATA, System.err::println);
    config = ElasticsearchConfig.open(server.uri());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void installTemplatesAgain() throws Exception {
    IndexTemplateInstaller.install(config, Duration.ofMinutes(1));
  }

  @Test
  void anAlertIsFoundByRuleAddressAndStep() throws Exception {
    run(first("search"));

    assertThat(mappingOf(ALERTS).at("/vigie/properties/alert/properties/steps/type").textValue())
        .isEqualTo("nested");
    for (String query :
        new String[] {
          "{\"term\":{\"rule.id\":\"rule-search\"}}",
          "{\"term\":{\"source.ip\":\"203.0.113.0/24\"}}",
          "{\"term\":{\"threat.technique.subtechnique.id\":\"T1078.004\"}}",
          "{\"term\":{\"labels.team\":\"blue\"}}",
          "{\"match\":{\"rule.name.text\":\"root\"}}",
          "{\"range\":{\"vigie.alert.time_range\":{\"gte\":\"2026-11-22T09:59:00Z\"}}}",
          step("ConsoleLogin", "alice"),
          step("CreateAccessKey", "root")
        }) {
      assertThat(find("search", query)).as(query).isEqualTo(1);
    }
    assertThat(find("search", step("CreateAccessKey", "alice"))).isZero();
    assertThat(find("search", "{\"match\":{\"unknown.field\":\"stays\"}}")).isZero();
    assertThat(stored("search").at("/unknown/field").textValue()).isEqualTo("stays");
  }

  @Test
  void aSecondWriteOfAFirstRevisionChangesNothing() throws Exception {
    run(first("twice"));
    run(first("twice"));

    assertThat(get("/" + ALERTS + "/_doc/twice").path("_version").intValue()).isEqualTo(1);
    assertThat(deadLetters.letters()).isEmpty();
  }

  @Test
  void anAnalystsTriageSurvivesALaterRevision() throws Exception {
    run(first("triage"));
    send(
        "POST",
        "/" + ALERTS + "/_update/triage",
        "{\"doc\":{\"vigie\":{\"workflow\":{\"status\":\"in_progress\"}}}}");
    String update = "{\"vigie\":{\"alert\":{\"revision\":7,\"events\":{\"count\":7}}}}";

    run(
        new SinkDocument(
            ALERTS,
            "triage",
            7,
            ALERT.formatted("triage", 7).getBytes(UTF_8),
            update.getBytes(UTF_8)));

    JsonNode alert = stored("triage");
    assertThat(alert.at("/vigie/workflow/status").textValue()).isEqualTo("in_progress");
    assertThat(alert.at("/vigie/alert/events/count").intValue()).isEqualTo(7);
    assertThat(alert.at("/vigie/alert/events/stored").intValue()).isEqualTo(2);
  }

  @Test
  void anOlderRevisionChangesNothingAndADeletedAlertIsThereAgain() throws Exception {
    run(first("zombie"), revision("zombie", 7));

    run(revision("zombie", 3));

    assertThat(stored("zombie").at("/vigie/alert/events/count").intValue()).isEqualTo(7);

    send("DELETE", "/" + ALERTS + "/_doc/zombie", "");
    run(revision("zombie", 3));
    run(revision("zombie", 4));

    assertThat(stored("zombie").at("/vigie/alert/events/count").intValue()).isEqualTo(4);
    assertThat(deadLetters.letters()).isEmpty();
  }

  private static SinkDocument revision(String id, int revision) {
    byte[] document = ALERT.formatted(id, revision).getBytes(UTF_8);
    return new SinkDocument(ALERTS, id, revision, document, document);
  }

  @Test
  void whatElasticsearchRefusesIsADeadLetterAndTheRestIsIndexed() throws Exception {
    String valid = "{\"a\":1}";
    run(evidence("bad-update", valid));
    run(
        evidence("good-1", "{\"related\":{\"ip\":\"192.0.2.1\"}}"),
        evidence("bad-ip", "{\"related\":{\"ip\":\"AWS Internal\"}}"),
        evidence("bad-date", "{\"@timestamp\":\"yesterday\"}"),
        evidence("bad-long", "{\"event\":{\"severity\":\"high\"}}"),
        evidence("bad-object", "{\"user\":{\"name\":{\"first\":\"a\"}}}"),
        evidence("bad-json", "{\"user\":"),
        new SinkDocument(EVIDENCE, "bad-update", 1, valid.getBytes(UTF_8), "{".getBytes(UTF_8)),
        evidence("x".repeat(600), valid),
        evidence("good-2", "{\"process\":{\"command_line\":\"" + "x".repeat(40_000) + "\"}}"),
        evidence("good-3", "{\"labels\":{\"long\":\"" + "x".repeat(40_000) + "\"}}"));

    assertThat(deadLetters.letters())
        .containsExactlyInAnyOrder(
            "bad-ip 400",
            "bad-date 400",
            "bad-long 400",
            "bad-object 400",
            "bad-json 400",
            "bad-update 400",
            "x".repeat(600) + " 400");
    send("POST", "/" + EVIDENCE + "/_refresh", "");
    assertThat(get("/logs-vigie.evidence-default/_count").path("count").intValue()).isEqualTo(4);
  }

  @Test
  void aWriteBlockStopsTheJob() throws Exception {
    String index = "logs-vigie.alerts-default-2026.01";
    send("PUT", "/" + index, "");
    send("PUT", "/" + index + "/_block/write", "");

    Throwable failure =
        catchThrowable(
            () -> run(SinkDocument.first(index, "blocked", "{\"a\":1}".getBytes(UTF_8))));

    assertThat(failure).hasStackTraceContaining(ElasticsearchUnusableException.class.getName());
    assertThat(failure).hasStackTraceContaining(index).hasStackTraceContaining("403");
    assertThat(deadLetters.letters()).isEmpty();
  }

  @Test
  void aFullClusterIsWaitedForAndAForbiddenIndexIsNot() throws Exception {
    SinkDocument document =
        SinkDocument.first("logs-vigie.alerts-default-2026.02", "new", "{\"a\":1}".getBytes(UTF_8));

    assertThat(fateWith("cluster.max_shards_per_node", "1", document)).isEqualTo(Fate.RETRY);
    assertThat(fateWith("action.auto_create_index", "false", document)).isEqualTo(Fate.UNUSABLE);
  }

  private static Fate fateWith(String setting, String value, SinkDocument document)
      throws Exception {
    String settings = "{\"persistent\":{\"" + setting + "\":%s}}";
    send("PUT", "/_cluster/settings", settings.formatted('"' + value + '"'));
    try {
      String body = new String(Bulk.body(List.of(Write.unseen(document))), UTF_8);
      JsonNode answer = send("POST", "/_bulk?filter_path=" + Bulk.ANSWER_FILTER, body);
      return Bulk.answers(new ByteArrayInputStream(JSON.writeValueAsBytes(answer)), 1)
          .get(0)
          .fate(document);
    } finally {
      send("PUT", "/_cluster/settings", settings.formatted("null"));
    }
  }

  private void run(SinkDocument... documents) throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("pipeline.generic-types", "false");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    env.fromData(TypeInformation.of(SinkDocument.class), documents)
        .sinkTo(new ElasticsearchSink(config, deadLetters.factory()));
    env.execute();
  }

  private static SinkDocument first(String id) {
    return SinkDocument.first(ALERTS, id, ALERT.formatted(id, 1).getBytes(UTF_8));
  }

  private static SinkDocument evidence(String id, String json) {
    return SinkDocument.first(EVIDENCE, id, json.getBytes(UTF_8));
  }

  private static String step(String action, String actor) {
    return """
        {"nested":{"path":"vigie.alert.steps","query":{"bool":{"filter":[
          {"term":{"vigie.alert.steps.action":"%s"}},{"term":{"vigie.alert.steps.actor":"%s"}}]}}}}
        """
        .formatted(action, actor);
  }

  private static int find(String id, String query) throws Exception {
    send("POST", "/" + ALERTS + "/_refresh", "");
    return send(
            "POST",
            "/logs-vigie.alerts-default/_search",
            "{\"query\":{\"bool\":{\"filter\":[{\"term\":{\"vigie.alert.id\":\""
                + id
                + "\"}},"
                + query
                + "]}}}")
        .at("/hits/total/value")
        .intValue();
  }

  private static JsonNode stored(String id) throws Exception {
    return get("/" + ALERTS + "/_doc/" + URLEncoder.encode(id, UTF_8)).path("_source");
  }

  private static JsonNode mappingOf(String index) throws Exception {
    return get("/" + index + "/_mapping").path(index).at("/mappings/properties");
  }

  private static JsonNode get(String path) throws Exception {
    return send("GET", path, "");
  }

  private static JsonNode send(String method, String path, String body)
      throws IOException, InterruptedException {
    String answer =
        HTTP.send(
                HttpRequest.newBuilder(server.uri().resolve(path))
                    .header("Content-Type", "application/json")
                    .method(method, BodyPublishers.ofString(body))
                    .build(),
                BodyHandlers.ofString())
            .body();
    JsonNode json = JSON.readTree(answer);
    assertThat(json.has("error")).as(answer).isFalse();
    return json;
  }
}
