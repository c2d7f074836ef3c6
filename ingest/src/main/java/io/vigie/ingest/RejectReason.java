package io.vigie.ingest;

/** Why a raw record is no event. The name is the code in dead letters, messages and metrics. */
public enum RejectReason {
  /** Nothing but white space. */
  EMPTY,
  /**
   * More than {@link Limits#MAX_RAW_BYTES}, {@link Limits#MAX_EVENT_BYTES} or {@link
   * Limits#MAX_VALUES}.
   */
  TOO_LARGE,
  /** Deeper than {@link Limits#MAX_DEPTH}. */
  TOO_DEEP,
  /** A text longer than {@link Limits#MAX_STRING_LENGTH}, a number of over 1,000 digits or such. */
  VALUE_TOO_LONG,
  NOT_UTF8,
  NOT_JSON,
  /** Grows to more than {@link Limits#MAX_GZIP_RATIO} times its size when it is decompressed. */
  GZIP_BOMB,
  /** Begins as gzip and cannot be decompressed. */
  NOT_GZIP,
  /** The same key twice in one object: readers would disagree about which counts. */
  DUPLICATE_KEY,
  /** JSON or text, but not the shape that the log source describes. */
  NOT_THIS_SOURCE,
  NO_TIME,
  BAD_TIME,
  /** Later than its own arrival: a wrong clock, which would make all that follows late. */
  FUTURE_TIME
}
