package io.vigie.job.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes documents to Elasticsearch, each at least once and, because an id is written twice without
 * effect, each to be found exactly once.
 *
 * <ul>
 *   <li>A busy, ill or unreachable server is tried again for ever; meanwhile the job waits.
 *   <li>A document that Elasticsearch will never take goes to the dead letters; the others of its
 *       request are written.
 *   <li>A server that refuses the user, the index or the request as such fails the job for good,
 *       with an {@link ElasticsearchUnusableException}.
 * </ul>
 *
 * <p>Whoever writes, and in whatever order, the largest {@linkplain SinkDocument#revision()
 * revision} of a document stays. Counters in the metric group {@code vigie_sink}: {@code indexed},
 * {@code already_there}, {@code retried}, {@code dead_lettered}.
 *
 * <p>While Elasticsearch is away for long, checkpoints do not complete: set {@code
 * execution.checkpointing.tolerable-failed-checkpoints} so that Flink does not restart the job for
 * that.
 */
public final class ElasticsearchSink extends AsyncSinkBase<SinkDocument, SinkDocument> {
  /** Documents in one request, at most. */
  public static final int BATCH_DOCUMENTS = 500;

  /** Bytes of documents in one request, at most, unless one document alone has more. */
  public static final long BATCH_BYTES = 5L << 20;

  private static final Duration LONGEST_WAIT_FOR_A_BATCH = Duration.ofSeconds(1);
  private static final int WAITING_DOCUMENTS = 2 * BATCH_DOCUMENTS;
  // The client has its own limit; a second one would send a batch again while it is still being
  // written, and so break the order of revisions.
  private static final Duration NEVER = Duration.ofDays(365);
  private static final Backoff.Limits BACKOFF =
      new Backoff.Limits(Duration.ofMillis(200), Duration.ofSeconds(10));

  private final ElasticsearchConfig elasticsearch;
  private final DeadLetters.Factory deadLetters;
  private final Backoff.Limits backoff;

  public ElasticsearchSink(ElasticsearchConfig elasticsearch, DeadLetters.Factory deadLetters) {
    this(elasticsearch, deadLetters, BACKOFF);
  }

  ElasticsearchSink(
      ElasticsearchConfig elasticsearch, DeadLetters.Factory deadLetters, Backoff.Limits backoff) {
    super(
        (document, context) -> document,
        BATCH_DOCUMENTS,
        1,
        WAITING_DOCUMENTS,
        BATCH_BYTES,
        LONGEST_WAIT_FOR_A_BATCH.toMillis(),
        BATCH_BYTES,
        NEVER.toMillis(),
        false);
    this.elasticsearch = elasticsearch;
    this.deadLetters = deadLetters;
    this.backoff = backoff;
  }

  @Override
  public StatefulSinkWriter<SinkDocument, BufferedRequestState<SinkDocument>> createWriter(
      WriterInitContext context) {
    return restoreWriter(context, List.of());
  }

  @Override
  public StatefulSinkWriter<SinkDocument, BufferedRequestState<SinkDocument>> restoreWriter(
      WriterInitContext context, Collection<BufferedRequestState<SinkDocument>> waiting) {
    OneRequestAtATime pace = new OneRequestAtATime(getMaxBatchSize());
    return new ElasticsearchWriter(
        getElementConverter(),
        context,
        AsyncSinkWriterConfiguration.builder()
            .setMaxBatchSize(getMaxBatchSize())
            .setMaxBatchSizeInBytes(getMaxBatchSizeInBytes())
            .setMaxInFlightRequests(getMaxInFlightRequests())
            .setMaxBufferedRequests(getMaxBufferedRequests())
            .setMaxTimeInBufferMS(getMaxTimeInBufferMS())
            .setMaxRecordSizeInBytes(getMaxRecordSizeInBytes())
            .setRequestTimeoutMS(getRequestTimeoutMS())
            .setFailOnTimeout(getFailOnTimeout())
            .setRateLimitingStrategy(pace)
            .build(),
        waiting,
        pace,
        elasticsearch,
        deadLetters.open(),
        new Backoff(backoff));
  }

  @Override
  public SimpleVersionedSerializer<BufferedRequestState<SinkDocument>> getWriterStateSerializer() {
    return new SinkDocumentStateSerializer();
  }
}
