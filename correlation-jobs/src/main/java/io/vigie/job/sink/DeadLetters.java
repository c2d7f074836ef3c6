package io.vigie.job.sink;

import java.io.IOException;
import java.io.Serializable;

/** Where documents go that Elasticsearch will never take. */
public interface DeadLetters extends AutoCloseable {
  /**
   * Returns when the document is safe. A document may come twice.
   *
   * @param status the HTTP status with which Elasticsearch refused it
   * @param reason what Elasticsearch said; may quote the document
   * @throws IOException when it could not be kept; the caller tries again later
   */
  void accept(SinkDocument document, int status, String reason)
      throws IOException, InterruptedException;

  @Override
  void close();

  /** Opens dead letters where the sink runs. */
  @FunctionalInterface
  interface Factory extends Serializable {
    DeadLetters open();
  }
}
