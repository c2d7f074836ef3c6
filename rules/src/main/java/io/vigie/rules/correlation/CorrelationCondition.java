package io.vigie.rules.correlation;

import io.vigie.yaml.Place;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the matches inside a correlation's window must fulfil. Rules are named by their steps: their
 * positions in the correlation's list, from 0.
 */
public sealed interface CorrelationCondition {

  /** Fields whose values a match brings along, by what the rule's author calls them. */
  default List<String> fields() {
    return List.of();
  }

  /** Whether it holds only when the timespan has passed without a match of some rule. */
  default boolean waits() {
    return false;
  }

  /**
   * Whether the matches that are known let one expect it to hold, before all others have come: it
   * does not ask for what is absent or new.
   */
  default boolean isPositive() {
    return false;
  }

  /**
   * A number about the matches.
   *
   * @param type one that {@link CorrelationType#counts counts}
   * @param bounds all of them hold; two make a range
   * @param fields whose values count; several, for {@code value_count}, count as one tuple
   * @param percentile for {@code value_percentile}, 0 to 100: the smallest value that so many per
   *     cent of the values do not exceed
   */
  record Count(CorrelationType type, List<Bound> bounds, List<String> fields, int percentile)
      implements CorrelationCondition {
    @Override
    public boolean isPositive() {
      return true;
    }
  }

  /** One comparison of a number. */
  record Bound(Operator operator, BigDecimal number) {}

  /** Sigma's operators, with their EPL. */
  enum Operator {
    GT(">"),
    GTE(">="),
    LT("<"),
    LTE("<="),
    EQ("="),
    NEQ("!=");

    private final String epl;

    Operator(String epl) {
      this.epl = epl;
    }

    String epl() {
      return epl;
    }
  }

  /**
   * Which rules have matches in the window, in whatever order.
   *
   * @param absent steps: the presence holds at some time, and none of these has a match from that
   *     time on, before the timespan has passed
   */
  record Together(Presence presence, Set<Integer> absent) implements CorrelationCondition {
    @Override
    public boolean waits() {
      return !absent.isEmpty();
    }

    @Override
    public boolean isPositive() {
      return absent.isEmpty();
    }
  }

  /** Which steps have matches. */
  sealed interface Presence {
    /** At least so many matches of the step. */
    record Of(int step, int atLeast) implements Presence {}

    /** At least so many of the parts hold: one of them makes an or, all of them an and. */
    record AtLeast(int count, List<Presence> parts) implements Presence {}
  }

  /**
   * Matches in an order, with times that do not decrease.
   *
   * @param positions a negated one before the first that is not asks for no match in the timespan
   *     up to that; one between two others for none between their matches; one behind the last for
   *     none before the timespan has passed
   */
  record InOrder(List<Position> positions) implements CorrelationCondition {

    /** The positions that are not negated, as indices. */
    public List<Integer> chain() {
      List<Integer> chain = new ArrayList<>();
      for (int i = 0; i < positions.size(); i++) {
        if (!positions.get(i).negated()) {
          chain.add(i);
        }
      }
      return chain;
    }

    @Override
    public boolean waits() {
      return positions.get(positions.size() - 1).negated();
    }

    @Override
    public boolean isPositive() {
      return positions.stream().noneMatch(Position::negated);
    }
  }

  /**
   * A place in an order.
   *
   * @param steps a match of any of them stands here; a rule that is asked for several times stands
   *     at as many positions one after the other, with another match at each
   */
  record Position(Set<Integer> steps, boolean negated) {}

  /**
   * A tuple of values that the group has not shown within the timespan.
   *
   * @param fields one to three
   * @param learning how long the group must have been known before anything of it is new
   */
  record NewTerms(List<String> fields, Duration learning) implements CorrelationCondition {
    /** A group's least recently seen tuples beyond this number are forgotten. */
    public static final int MAX_TERMS = 10_000;
  }

  /**
   * What an EPL statement says about streams that are named like the rules.
   *
   * @param epl as its author wrote it
   * @param place of the text in the file
   * @param texts columns that the streams have, by name, with their fields
   * @param numbers the same for columns that hold a number
   */
  record Statement(String epl, Place place, Map<String, String> texts, Map<String, String> numbers)
      implements CorrelationCondition {

    @Override
    public List<String> fields() {
      List<String> fields = new ArrayList<>(texts.values());
      fields.addAll(numbers.values());
      return fields;
    }

    /** Names of the declared columns: texts first. */
    public List<String> columns() {
      List<String> columns = new ArrayList<>(texts.keySet());
      columns.addAll(numbers.keySet());
      return columns;
    }

    /** Every column of a stream. */
    public Set<String> allColumns() {
      Set<String> all = new HashSet<>(columns());
      all.addAll(List.of("g", "t", "id"));
      return all;
    }
  }
}
