package io.vigie.rules.correlation;

import java.util.List;

/**
 * What a count must fulfil.
 *
 * @param bounds all of them hold; two make a range
 * @param fields whose distinct values count, for {@code value_count}; several count as one tuple
 */
public record CountCondition(List<Bound> bounds, List<String> fields) {

  public record Bound(Operator operator, long number) {}

  /** Sigma's operators, with their EPL. */
  public enum Operator {
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
}
