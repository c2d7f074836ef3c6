package io.vigie.job.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vigie.job.sink.Bulk.Fate;
import io.vigie.job.sink.Bulk.Item;
import io.vigie.job.sink.Bulk.Write;
import io.vigie.job.sink.StoredRevisions.Answer;
import io.vigie.job.sink.StoredRevisions.Stored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.DequeRequestBuffer;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.SimpleBatchCreator;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.http.HttpEntity;
import org.apache.http.entity.ContentType;
import org.apache.http.nio.entity.NByteArrayEntity;
import org.apache.http.util.EntityUtils;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One subtask of the {@link ElasticsearchSink}. */
final class ElasticsearchWriter extends AsyncSinkWriter<SinkDocument, SinkDocument> {
  private static final Logger LOG = LoggerFactory.getLogger(ElasticsearchWriter.class);
  private static final ContentType NDJSON = ContentType.create("application/x-ndjson");

  private final long maxDocumentBytes;
  private final OneRequestAtATime pace;
  private final ElasticsearchConfig elasticsearch;
  private final RestClient client;
  private final DeadLetters deadLetters;
  private final Backoff backoff;
  // Answers are judged here: waits and dead letters block, and the client's threads must not.
  private final ExecutorService worker;
  private final Counter indexed;
  private final Counter alreadyThere;
  private final Counter retried;
  private final Counter deadLettered;

  ElasticsearchWriter(
      ElementConverter<SinkDocument, SinkDocument> converter,
      WriterInitContext context,
      AsyncSinkWriterConfiguration configuration,
      Collection<BufferedRequestState<SinkDocument>> waiting,
      OneRequestAtATime pace,
      ElasticsearchConfig elasticsearch,
      DeadLetters deadLetters,
      Backoff backoff) {
    super(
        converter,
        context,
        configuration,
        waiting,
        new SimpleBatchCreator<>(configuration.getMaxBatchSizeInBytes()),
        new DequeRequestBuffer<>());
    this.maxDocumentBytes = configuration.getMaxRecordSizeInBytes();
    this.pace = pace;
    this.elasticsearch = elasticsearch;
    this.client = elasticsearch.connect();
    this.deadLetters = deadLetters;
    this.backoff = backoff;
    this.worker =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "elasticsearch-sink");
              thread.setDaemon(true);
              return thread;
            });
    MetricGroup metrics = context.metricGroup().addGroup("vigie_sink");
    this.indexed = metrics.counter("indexed", new ThreadSafeSimpleCounter());
    this.alreadyThere = metrics.counter("already_there", new ThreadSafeSimpleCounter());
    this.retried = metrics.counter("retried", new ThreadSafeSimpleCounter());
    this.deadLettered = metrics.counter("dead_lettered", new ThreadSafeSimpleCounter());
  }

  /**
   * A document above the limit counts as the limit: it travels alone, and Elasticsearch decides.
   * With its true size the base class would fail the job, again after each restart.
   */
  @Override
  protected long getSizeInBytes(SinkDocument document) {
    return Math.min(Bulk.sizeOf(document), maxDocumentBytes);
  }

  /**
   * Whoever wrote a document last need not know most of it: a run that goes on from a checkpoint
   * tells again what another told before, and a task that was given up for dead may wake up with
   * what it had to say long ago. So what lies there is looked at first, and a document is changed
   * only if it is older and nobody has changed it since.
   */
  @Override
  protected void submitRequestEntries(
      List<SinkDocument> documents, ResultHandler<SinkDocument> result) {
    List<SinkDocument> latest = withoutOlder(documents);
    List<SinkDocument> changing = latest.stream().filter(each -> each.update() != null).toList();
    if (changing.isEmpty()) {
      write(latest.stream().map(Write::unseen).toList(), result);
      return;
    }
    ask(latest, changing, result);
  }

  /** Of a document that changes, its newest revision says all. */
  private List<SinkDocument> withoutOlder(List<SinkDocument> documents) {
    Map<String, Long> newest = new HashMap<>();
    for (SinkDocument document : documents) {
      newest.merge(key(document), document.revision(), Math::max);
    }
    Set<String> kept = new HashSet<>();
    List<SinkDocument> latest = new ArrayList<>();
    for (SinkDocument document : documents) {
      String key = key(document);
      if (document.update() == null
          || (document.revision() == newest.getOrDefault(key, 0L) && kept.add(key))) {
        latest.add(document);
      } else {
        alreadyThere.inc();
      }
    }
    return latest;
  }

  private void ask(
      List<SinkDocument> documents,
      List<SinkDocument> changing,
      ResultHandler<SinkDocument> result) {
    byte[] question;
    try {
      question = StoredRevisions.question(changing);
    } catch (IOException e) {
      result.completeExceptionally(e);
      return;
    }
    send(
        "/_mget",
        StoredRevisions.ANSWER_FILTER,
        new NByteArrayEntity(question, ContentType.APPLICATION_JSON),
        documents,
        result,
        response -> looked(documents, changing, response, result));
  }

  private void looked(
      List<SinkDocument> documents,
      List<SinkDocument> changing,
      Response response,
      ResultHandler<SinkDocument> result)
      throws InterruptedException {
    List<Answer> answers;
    try {
      answers = StoredRevisions.answers(response.getEntity().getContent(), changing.size());
    } catch (IOException e) {
      retry(documents, "gave no proper answer: " + messageOf(e), result);
      return;
    }
    Map<String, Stored> stored = new HashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      Answer answer = answers.get(i);
      if (answer.refusal() != null) {
        throw unusable(403, changing.get(i).index(), answer.refusal());
      }
      stored.put(key(changing.get(i)), answer.stored());
    }
    List<Write> writes = new ArrayList<>();
    for (SinkDocument document : documents) {
      Stored there = document.update() == null ? null : stored.get(key(document));
      if (there == null) {
        writes.add(Write.unseen(document));
      } else if (there.revision() <= document.revision()) {
        writes.add(new Write(document, there));
      } else {
        alreadyThere.inc();
      }
    }
    if (writes.isEmpty()) {
      backoff.reset();
      result.complete();
    } else {
      write(writes, result);
    }
  }

  private void write(List<Write> writes, ResultHandler<SinkDocument> result) {
    List<SinkDocument> documents = writes.stream().map(Write::document).toList();
    send(
        "/_bulk",
        Bulk.ANSWER_FILTER,
        new NByteArrayEntity(Bulk.body(writes), NDJSON),
        documents,
        result,
        response -> answered(documents, response, result));
  }

  private interface OnAnswer {
    void judge(Response response) throws IOException, InterruptedException;
  }

  private void send(
      String path,
      String filter,
      HttpEntity body,
      List<SinkDocument> documents,
      ResultHandler<SinkDocument> result,
      OnAnswer onAnswer) {
    Request request = new Request("POST", path);
    request.addParameter("filter_path", filter);
    request.setEntity(body);
    client.performRequestAsync(
        request,
        new ResponseListener() {
          @Override
          public void onSuccess(Response response) {
            judge(result, () -> onAnswer.judge(response));
          }

          @Override
          public void onFailure(Exception failure) {
            judge(result, () -> failed(documents, failure, result));
          }
        });
  }

  private interface Judgement {
    void run() throws IOException, InterruptedException;
  }

  private void judge(ResultHandler<SinkDocument> result, Judgement judgement) {
    try {
      worker.execute(
          () -> {
            try {
              judgement.run();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("An answer came after the end of the sink");
    }
  }

  private void answered(
      List<SinkDocument> documents, Response response, ResultHandler<SinkDocument> result)
      throws InterruptedException {
    List<Item> items;
    try {
      items = Bulk.answers(response.getEntity().getContent(), documents.size());
    } catch (IOException e) {
      retry(documents, "gave no proper answer: " + messageOf(e), result);
      return;
    }
    settle(documents, items, result);
  }

  private static @Nullable String messageOf(IOException e) {
    return e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
  }

  private void failed(
      List<SinkDocument> documents, Exception failure, ResultHandler<SinkDocument> result)
      throws IOException, InterruptedException {
    if (failure instanceof ResponseException refused) {
      refused(documents, refused.getResponse(), result);
      return;
    }
    if (!client.isRunning()) {
      // It never runs again; a restart of the job makes a new one.
      throw new IOException("The Elasticsearch client has stopped", failure);
    }
    retry(documents, "cannot be reached: " + failure, result);
  }

  private void refused(
      List<SinkDocument> documents, Response response, ResultHandler<SinkDocument> result)
      throws IOException, InterruptedException {
    int status = response.getStatusLine().getStatusCode();
    String reason =
        response.getEntity() == null
            ? ""
            : Bulk.refusal(EntityUtils.toString(response.getEntity(), UTF_8));
    if (Bulk.isBusy(status)) {
      if (status == 429) {
        pace.tooMuch(documents.size());
      }
      retry(documents, "is busy (" + status + ")", result);
      return;
    }
    // One document that cannot be parsed makes Elasticsearch refuse all of its request.
    if (status == 400 || status == 413) {
      if (documents.size() == 1) {
        settle(documents, List.of(new Item(status, "", reason)), result);
        return;
      }
      pace.tooMuch(documents.size());
      retried.inc(documents.size());
      result.retryForEntries(documents);
      return;
    }
    throw unusable(status, null, reason);
  }

  private void settle(
      List<SinkDocument> documents, List<Item> items, ResultHandler<SinkDocument> result)
      throws InterruptedException {
    for (int i = 0; i < items.size(); i++) {
      SinkDocument document = documents.get(i);
      Item item = items.get(i);
      switch (item.fate(document)) {
        case WRITTEN -> indexed.inc();
        case ALREADY_THERE -> alreadyThere.inc();
        case UNUSABLE -> throw unusable(item.status(), document.index(), item.reason());
        case RETRY, REJECTED -> {}
      }
    }
    List<SinkDocument> again = new ArrayList<>();
    List<SinkDocument> buried = new ArrayList<>();
    String why = "";
    for (int i = 0; i < items.size(); i++) {
      SinkDocument document = documents.get(i);
      Item item = items.get(i);
      Fate fate = item.fate(document);
      if (fate == Fate.RETRY) {
        again.add(document);
        why = "put off some documents (" + item.status() + " " + item.type() + ")";
      } else if (fate == Fate.REJECTED) {
        if (bury(document, item)) {
          buried.add(document);
        } else {
          again.add(document);
          why = "refused documents, and their dead letters could not be written";
        }
      }
    }
    if (!buried.isEmpty()) {
      LOG.warn(
          "Elasticsearch at {} refused {} documents for good, they are dead letters; the first is {}",
          elasticsearch.url(),
          buried.size(),
          buried.get(0));
    }
    if (again.size() < documents.size()) {
      backoff.reset();
    }
    if (again.isEmpty()) {
      result.complete();
    } else {
      retry(again, why, result);
    }
  }

  private static String key(SinkDocument document) {
    return document.index() + '/' + document.id();
  }

  private boolean bury(SinkDocument document, Item item) throws InterruptedException {
    try {
      deadLetters.accept(document, item.status(), item.reason());
    } catch (IOException e) {
      LOG.warn("The dead letter of {} could not be written", document, e);
      return false;
    }
    deadLettered.inc();
    return true;
  }

  private void retry(List<SinkDocument> documents, String why, ResultHandler<SinkDocument> result)
      throws InterruptedException {
    retried.inc(documents.size());
    long wait = backoff.nextMillis();
    LOG.warn(
        "Elasticsearch at {} {}; {} documents are tried again in {} ms",
        elasticsearch.url(),
        why,
        documents.size(),
        wait);
    TimeUnit.MILLISECONDS.sleep(wait);
    result.retryForEntries(documents);
  }

  private ElasticsearchUnusableException unusable(
      int status, @Nullable String index, String reason) {
    return Refusals.explain(elasticsearch, status, index == null ? "/_bulk" : index, reason);
  }

  @Override
  public void close() {
    worker.shutdownNow();
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("Closing the Elasticsearch client failed", e);
    }
    deadLetters.close();
    super.close();
  }
}
