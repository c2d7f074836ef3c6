package io.vigie.correlation;

/**
 * What a window tells between the rows that it feeds, so that one that explodes is stopped. Both
 * methods throw {@link BudgetExceeded} if the rule must not go on.
 */
interface Guard {

  /** Stops nothing. */
  Guard NONE =
      new Guard() {
        @Override
        public void moved(long time) {}

        @Override
        public void fed(int rows) {}

        @Override
        public int openPatterns() {
          return Integer.MAX_VALUE;
        }
      };

  /**
   * The window's clock moves.
   *
   * @param time event time, milliseconds
   */
  void moved(long time);

  /**
   * One row was fed.
   *
   * @param rows how many it has satisfied
   */
  void fed(int rows);

  /** How many patterns the window may wait for at once. */
  int openPatterns();
}
