package io.vigie.correlation;

/** A rule costs more than it may; what it was doing is left where it stands. */
final class BudgetExceeded extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Pause.Reason reason;

  BudgetExceeded(Pause.Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  Pause.Reason reason() {
    return reason;
  }
}
