package io.vigie.job.sink;

import org.apache.flink.connector.base.sink.writer.strategy.RateLimitingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.RequestInfo;
import org.apache.flink.connector.base.sink.writer.strategy.ResultInfo;

/**
 * Never two requests in flight, so that two revisions of one document keep their order. A request
 * that was too much is halved; batches grow again while all goes well.
 */
final class OneRequestAtATime implements RateLimitingStrategy {
  private static final int GROWTH = 10;

  private final int largestBatch;
  // Shrinks on the thread that reads answers, all else happens on the task's own.
  private volatile int batchLimit;
  private boolean inFlight;

  OneRequestAtATime(int largestBatch) {
    this.largestBatch = largestBatch;
    this.batchLimit = largestBatch;
  }

  /** A request of that many documents was more than Elasticsearch takes. */
  void tooMuch(int documents) {
    batchLimit = Math.max(1, documents / 2);
  }

  @Override
  public void registerInFlightRequest(RequestInfo request) {
    inFlight = true;
  }

  @Override
  public void registerCompletedRequest(ResultInfo result) {
    inFlight = false;
    if (result.getFailedMessages() == 0) {
      batchLimit = Math.min(largestBatch, batchLimit + GROWTH);
    }
  }

  @Override
  public boolean shouldBlock(RequestInfo request) {
    return inFlight;
  }

  @Override
  public int getMaxBatchSize() {
    return batchLimit;
  }
}
