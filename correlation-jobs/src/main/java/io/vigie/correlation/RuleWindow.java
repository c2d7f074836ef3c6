package io.vigie.correlation;

import io.vigie.rules.RuleSet.CorrelationPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One correlation rule over its groups: fed all matches of one time after the other, it says which
 * groups are satisfied and which matches stand behind that. Times that it is fed never decrease.
 */
interface RuleWindow extends AutoCloseable {

  CorrelationPlan plan();

  /**
   * Feeds all matches of one time.
   *
   * @param shift what the window's clock is ahead of event time, so that it can move forward only
   * @return the groups that are satisfied, up to that time
   */
  List<Hit> feed(long time, List<Match> matches, long shift);

  /**
   * Decides what needs no further match: that something has not happened.
   *
   * @param watermark no match with this time or an earlier one will be fed
   * @param shift as in {@link #feed}
   */
  List<Hit> advance(long watermark, long shift);

  /**
   * A group that is satisfied.
   *
   * @param key of the group's matches
   * @param group the values that tell the alert apart
   * @param time at which it is satisfied, milliseconds
   * @param chain the matches that satisfy it, by their places in the order; empty where it is all
   *     that lies in the window
   */
  record Hit(String key, List<String> group, long time, List<Match> chain) {}

  /**
   * The matches behind a hit that were not behind the episode before it, in event-time order.
   *
   * @param before the episode that the hit goes on with; null where it opens one
   */
  List<Match> behind(Hit hit, @Nullable Episode before);

  /** Satisfied times less than this apart, in milliseconds, are one episode; 0 if each is one. */
  long gap();

  /** Whether the step is a correlation itself. */
  boolean isCorrelationStep(int step);

  /** How many matches it holds. */
  int size();

  /** The matches that it holds, without evidence, in event-time order. */
  List<Match> matches();

  /** Those of one group. */
  List<Match> matchesOf(String key);

  /** Whether what it remembers is what a rule over the same matches needs to remember. */
  boolean remembersFor(CorrelationPlan other);

  /** Whether a window of another rule can begin with the matches of this one. */
  boolean canWarm(CorrelationPlan other);

  /** Goes on as the rule of another set that means the same, or that it remembers for. */
  RuleWindow as(CorrelationPlan same);

  /** Takes all that it holds from the journal. */
  void forget(Journal journal);

  /** A memory that the journal has kept of matches long gone. */
  void recall(Match memory);

  /** Forgets what no time after this one can need, here and in the journal. */
  void expire(long time, long shift, Journal journal);

  /** The shift that puts a time after everything that this window has been fed. */
  long nextShift(long time);

  @Override
  void close();
}
