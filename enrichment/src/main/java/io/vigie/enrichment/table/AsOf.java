package io.vigie.enrichment.table;

/**
 * As of when a table is looked into. A row counts for an event where it was valid when the event
 * happened, and was known when the event arrived: both times lie in the log, so that a replay finds
 * the same rows.
 *
 * @param time of the event, milliseconds since 1970 UTC
 * @param arrival of the event, milliseconds since 1970 UTC; {@link Long#MAX_VALUE} where nobody
 *     knows it, so that all that is known now counts
 */
public record AsOf(long time, long arrival) {
  /** As of an event's time, by all that is known now. */
  public static AsOf time(long time) {
    return new AsOf(time, Long.MAX_VALUE);
  }
}
