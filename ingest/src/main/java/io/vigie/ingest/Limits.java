package io.vigie.ingest;

/** How much of a stranger's input is worth the memory. Every bound has its own reject reason. */
public final class Limits {
  /** A raw record, after decompression, in bytes: a CloudTrail file may hold 50 MB. */
  public static final int MAX_RAW_BYTES = 64 << 20;

  /**
   * How many times larger than its gzip form a record may be: logs are 5 to 50 times, and no honest
   * record comes near deflate's 1,032.
   */
  public static final int MAX_GZIP_RATIO = 500;

  /** One event inside a raw record, in bytes. */
  public static final int MAX_EVENT_BYTES = 4 << 20;

  /** One text value, in characters. */
  public static final int MAX_STRING_LENGTH = 1 << 20;

  /** Objects and arrays inside each other. */
  public static final int MAX_DEPTH = 64;

  /** Objects, arrays, texts, numbers, booleans and nulls in one event. */
  public static final int MAX_VALUES = 200_000;

  /** A line of column names that serves the lines after it, in bytes. */
  public static final int MAX_HEADER_BYTES = 64 << 10;

  /** Rejected parts of one raw record; what follows them is rejected as one more. */
  public static final int MAX_REJECTED_PARTS = 1_000;

  /** What a dead letter keeps of a record, in bytes. */
  public static final int DEAD_LETTER_HEAD_BYTES = 4 << 10;

  private Limits() {}
}
