package io.vigie.job.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vigie.job.sink.FakeElasticsearch.Fault;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink in a Flink job against a server that misbehaves as it is told. */
class ElasticsearchSinkTest {
  private static final String INDEX = "logs-vigie.alerts-default-2026.11";
  private static final Backoff.Limits SHORT =
      new Backoff.Limits(Duration.ofMillis(1), Duration.ofMillis(20));

  private final RememberedDeadLetters deadLetters = new RememberedDeadLetters();
  private FakeElasticsearch elasticsearch;

  @BeforeEach
  void start() throws Exception {
    elasticsearch = new FakeElasticsearch();
  }

  @AfterEach
  void stop() {
    elasticsearch.close();
  }

  @Test
  void everyDocumentIsWrittenOnceInBatches() throws Exception {
    run(documents(1_234));

    assertThat(elasticsearch.stored).hasSize(1_234);
    assertThat(elasticsearch.writes.values()).containsOnly(1);
    assertThat(elasticsearch.requests)
        .allSatisfy(ids -> assertThat(ids).hasSizeLessThanOrEqualTo(500));
    assertThat(deadLetters.letters()).isEmpty();
  }

  @Test
  void busyAndIllAndSilentAndConfusedServersAreTriedAgain() throws Exception {
    elasticsearch.faults.addAll(
        List.of(
            Fault.TOO_MANY_REQUESTS,
            Fault.UNAVAILABLE,
            Fault.NO_ANSWER_BEFORE_WRITING,
            Fault.NO_ANSWER_AFTER_WRITING,
            Fault.NONSENSE,
            Fault.UNAVAILABLE,
            Fault.NO_ANSWER_AFTER_WRITING,
            Fault.TOO_MANY_REQUESTS,
            Fault.TOO_MANY_REQUESTS));

    run(documents(700));

    assertThat(elasticsearch.stored).hasSize(700);
    assertThat(elasticsearch.writes.values()).containsOnly(1);
    assertThat(deadLetters.letters()).isEmpty();
  }

  @Test
  void eachDocumentOfAMixedAnswerIsHandledByItself() throws Exception {
    elasticsearch.busyOnce.addAll(List.of("d3", "d7"));
    List<SinkDocument> documents = documents(10);
    documents.add(document("bad1", "{\"bad\":true}"));
    documents.add(document("d5", "{\"n\":5}"));
    documents.add(document("bad2", "{\"bad\":true}"));
    documents.add(document("after", "{\"n\":99}"));

    run(documents);

    assertThat(elasticsearch.stored).hasSize(11).containsKeys("d3", "d7", "after");
    assertThat(elasticsearch.writes.values()).containsOnly(1);
    assertThat(deadLetters.letters()).containsExactlyInAnyOrder("bad1 400", "bad2 400");
  }

  @Test
  void aDocumentIsNotDoneBeforeItsDeadLetterIsKept() throws Exception {
    deadLetters.refuseNext();

    run(List.of(document("good", "{}"), document("bad", "{\"bad\":true}")));

    assertThat(elasticsearch.requests).containsExactly(List.of("good", "bad"), List.of("bad"));
    assertThat(deadLetters.letters()).containsExactly("bad 400");
  }

  @Test
  void tooLargeRequestsAreSplitAndATooLargeDocumentIsADeadLetter() throws Exception {
    elasticsearch.largestBody = 4_000;
    List<SinkDocument> documents = documents(300);
    documents.add(150, document("huge", "{\"text\":\"" + "x".repeat(5_000) + "\"}"));

    run(documents);

    assertThat(elasticsearch.stored).hasSize(300).doesNotContainKey("huge");
    assertThat(elasticsearch.writes.values()).containsOnly(1);
    assertThat(deadLetters.letters()).containsExactly("huge 413");
  }

  @Test
  void aDocumentAboveTheBatchSizeIsSentAlone() throws Exception {
    List<SinkDocument> documents = documents(5);
    documents.add(2, document("large", "{\"text\":\"" + "x".repeat(6 << 20) + "\"}"));

    run(documents);

    assertThat(elasticsearch.stored).hasSize(6).containsKey("large");
    assertThat(elasticsearch.requests).contains(List.of("large"));
  }

  @Test
  void laterRevisionsMergeAndKeepWhatOthersWrote() throws Exception {
    run(List.of(revision("a", 1, 1)));
    elasticsearch.change("a", "{\"status\":\"closed\"}");

    run(List.of(revision("a", 2, 2), revision("b", 2, 2), revision("a", 3, 3)));

    assertThat(elasticsearch.requests).containsExactly(List.of("a"), List.of("b", "a"));
    assertStored("a", 3, "closed");
    assertStored("b", 2, "open");
  }

  @Test
  void anOlderRevisionNeverFollowsANewerOne() throws Exception {
    run(List.of(revision("a", 5, 5), revision("b", 1, 1)));

    run(List.of(revision("a", 4, 4), revision("b", 2, 2)));
    run(List.of(revision("a", 4, 4)));

    assertStored("a", 5, "open");
    assertStored("b", 2, "open");
    assertThat(elasticsearch.writes).containsEntry("a", 1);
  }

  @Test
  void aDocumentThatIsPutOffIsOvertakenByItsNextRevision() throws Exception {
    elasticsearch.busyOnce.add("a");

    run(List.of(revision("a", 1, 1), revision("a", 2, 2)));

    assertThat(elasticsearch.requests).containsExactly(List.of("a"), List.of("a"));
    assertStored("a", 2, "open");
  }

  @Test
  void whatARestartedRunTellsInOneStepReplacesWhatAnotherToldInPart() throws Exception {
    run(List.of(revision("a", 7, 2)));

    run(List.of(revision("a", 7, 5)));

    assertStored("a", 5, "open");
  }

  @Test
  void aWriteBetweenLookingAndChangingIsSeen() throws Exception {
    run(List.of(revision("a", 1, 1), revision("b", 1, 1)));
    elasticsearch.afterNextLook =
        () -> {
          try {
            elasticsearch.change("a", "{\"status\":\"closed\"}");
            elasticsearch.change("b", "{\"count\":9,\"vigie\":{\"alert\":{\"revision\":9}}}");
          } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
          }
        };

    run(List.of(revision("a", 2, 2), revision("b", 2, 2)));

    assertStored("a", 2, "closed");
    assertStored("b", 9, "open");
  }

  @Test
  void lineBreaksInADocumentDoNotBreakTheRequest() throws Exception {
    run(List.of(document("a", "{\n  \"n\" : 1\n}\n"), document("quote\"\\", "{\"n\":2}")));

    assertThat(elasticsearch.stored.get("a")).hasToString("{\"n\":1}");
    assertThat(elasticsearch.stored).containsKey("quote\"\\");
  }

  @Test
  void refusedCredentialsStopTheJobWithAdviceAndWithoutRestartOrDeadLetters(@TempDir Path folder)
      throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "open sesame\n");
    for (int i = 0; i < 10; i++) {
      elasticsearch.faults.add(Fault.UNAUTHORIZED);
    }
    ElasticsearchConfig config =
        new ElasticsearchConfig(elasticsearch.uri(), "vigie", new Secret("file:" + password), null);

    Throwable failure = catchThrowable(() -> run(config, documents(10)));

    assertThat(causeOf(failure))
        .hasMessageContaining(elasticsearch.uri().toString())
        .hasMessageContaining("user vigie")
        .hasMessageContaining("401")
        .hasMessageContaining(password.toString());
    assertThat(failure).hasStackTraceContaining("vigie");
    assertThat(ExceptionUtils.stringifyException(failure)).doesNotContain("open sesame");
    assertThat(elasticsearch.faults).hasSizeGreaterThanOrEqualTo(8);
    assertThat(deadLetters.letters()).isEmpty();
  }

  @Test
  void forbiddenMissingAndForeignServersStopTheJob() {
    for (Fault fault : List.of(Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.MISSING_INDEX)) {
      elasticsearch.faults.add(fault);

      Throwable failure = catchThrowable(() -> run(documents(3)));

      assertThat(causeOf(failure)).hasMessageContaining("Elasticsearch at http://127.0.0.1");
      assertThat(elasticsearch.faults).isEmpty();
    }
    assertThat(deadLetters.letters()).isEmpty();
    assertThat(elasticsearch.stored).isEmpty();
  }

  @Test
  void whatWaitsInTheSinkAtACheckpointOutlivesAFailure() throws Exception {
    FailAfterCheckpoint.FAILED.set(false);
    elasticsearch.faults.add(Fault.NO_ANSWER_AFTER_WRITING);

    StreamExecutionEnvironment env = environment();
    env.enableCheckpointing(20);
    env.fromSource(
            new DataGeneratorSource<>(
                n -> document("d" + n, "{\"n\":" + n + "}"),
                400,
                RateLimiterStrategy.perSecond(1_000),
                TypeInformation.of(SinkDocument.class)),
            WatermarkStrategy.noWatermarks(),
            "documents")
        .map(new FailAfterCheckpoint())
        .sinkTo(sink(ElasticsearchConfig.open(elasticsearch.uri())));
    env.execute();

    assertThat(FailAfterCheckpoint.FAILED).isTrue();
    assertThat(elasticsearch.stored).hasSize(400);
    assertThat(elasticsearch.writes.values()).containsOnly(1);
  }

  @Test
  void anUnreachableServerIsNamedWhenTemplatesAreInstalled() throws Exception {
    URI nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    assertThat(
            catchThrowable(
                () ->
                    IndexTemplateInstaller.install(
                        ElasticsearchConfig.open(nobody), Duration.ZERO)))
        .isInstanceOf(ElasticsearchUnusableException.class)
        .hasMessageContaining(nobody.toString())
        .hasMessageContaining("cannot be reached");
  }

  @Test
  void templatesAreInstalledInOrderWhenTheServerHasStarted() throws Exception {
    elasticsearch.faults.add(Fault.UNAVAILABLE);

    IndexTemplateInstaller.install(
        ElasticsearchConfig.open(elasticsearch.uri()), Duration.ofMinutes(1));

    assertThat(elasticsearch.others)
        .hasSize(7)
        .startsWith("PUT /_component_template/vigie-alerts@mappings")
        .endsWith("PUT /_index_template/vigie-evidence");
  }

  @Test
  void aRefusalOfTemplatesIsExplained() {
    elasticsearch.faults.add(Fault.FORBIDDEN);

    assertThat(
            catchThrowable(
                () ->
                    IndexTemplateInstaller.install(
                        ElasticsearchConfig.open(elasticsearch.uri()), Duration.ofMinutes(1))))
        .isInstanceOf(ElasticsearchUnusableException.class)
        .hasMessageContaining("manage_index_templates");
  }

  /** Fails after the first checkpoint that has seen documents. */
  private static final class FailAfterCheckpoint
      implements MapFunction<SinkDocument, SinkDocument>, CheckpointListener {
    static final AtomicBoolean FAILED = new AtomicBoolean();
    private boolean seen;

    @Override
    public SinkDocument map(SinkDocument document) {
      seen = true;
      return document;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
      if (seen && FAILED.compareAndSet(false, true)) {
        throw new IllegalStateException("planned");
      }
    }
  }

  private static Throwable causeOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ElasticsearchUnusableException) {
        return cause;
      }
    }
    throw new AssertionError("failed otherwise", failure);
  }

  private void run(List<SinkDocument> documents) throws Exception {
    run(ElasticsearchConfig.open(elasticsearch.uri()), documents);
  }

  private void run(ElasticsearchConfig config, List<SinkDocument> documents) throws Exception {
    StreamExecutionEnvironment env = environment();
    env.fromData(TypeInformation.of(SinkDocument.class), documents.toArray(SinkDocument[]::new))
        .sinkTo(sink(config));
    env.execute();
  }

  private ElasticsearchSink sink(ElasticsearchConfig config) {
    return new ElasticsearchSink(config, deadLetters.factory(), SHORT);
  }

  private static StreamExecutionEnvironment environment() {
    Configuration configuration = new Configuration();
    configuration.setString("pipeline.generic-types", "false");
    configuration.setString("restart-strategy.type", "fixed-delay");
    configuration.setString("restart-strategy.fixed-delay.attempts", "1000");
    configuration.setString("restart-strategy.fixed-delay.delay", "1 ms");
    return StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
  }

  private static List<SinkDocument> documents(int count) {
    List<SinkDocument> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(document("d" + i, "{\"n\":" + i + "}"));
    }
    return documents;
  }

  private static SinkDocument document(String id, String json) {
    return SinkDocument.first(INDEX, id, json.getBytes(UTF_8));
  }

  private static SinkDocument revision(String id, long revision, int count) {
    String update =
        "{\"count\":%d,\"vigie\":{\"alert\":{\"revision\":%d}}".formatted(count, revision);
    return new SinkDocument(
        INDEX,
        id,
        revision,
        (update + ",\"status\":\"open\"}").getBytes(UTF_8),
        (update + "}").getBytes(UTF_8));
  }

  private void assertStored(String id, int count, String status) {
    assertThat(elasticsearch.stored.get(id).path("count").intValue()).isEqualTo(count);
    assertThat(elasticsearch.stored.get(id).path("status").textValue()).isEqualTo(status);
  }
}
