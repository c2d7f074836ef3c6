package io.vigie.job.sink;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.jspecify.annotations.Nullable;

/**
 * Elasticsearch cannot be used as it is configured, and trying again will not help: somebody has to
 * change a setting. The message says what is wrong, where, and what to do; it holds no secret.
 * Flink does not restart a job that fails with it; started again from its last checkpoint, the job
 * goes on without loss.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class ElasticsearchUnusableException extends RuntimeException {
  public ElasticsearchUnusableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
