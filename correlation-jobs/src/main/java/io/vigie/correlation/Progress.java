package io.vigie.correlation;

/**
 * How far somebody has come with a log source. It travels in the same channels as the matches that
 * came of the source before.
 *
 * @param source id of the log source
 * @param from who has come so far
 * @param clock no match of the source with this time or an earlier one will come from there,
 *     milliseconds; {@link #BEGINNING}, {@link #NOT_AWAITED}, {@link Long#MAX_VALUE} at its end
 * @param heard when the last record of the source arrived in Kafka, milliseconds since 1970 UTC; 0
 *     for never
 * @param releases how many releases of the rules are known there
 * @param key leads to the subtask that is told
 */
public record Progress(String source, String from, long clock, long heard, int releases, String key)
    implements Input {

  /** The clock of a source of which nothing is known yet: whatever it says is in time. */
  public static final long BEGINNING = Long.MIN_VALUE + 1;

  /** In place of a clock: the source has said nothing for so long that nobody need wait for it. */
  public static final long NOT_AWAITED = Long.MIN_VALUE;

  /** The same for another subtask. */
  public Progress to(String otherKey) {
    return new Progress(source, from, clock, heard, releases, otherKey);
  }
}
