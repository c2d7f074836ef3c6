package io.vigie.correlation;

/** A rule cannot go on. Its window is of no more use; all other rules go on. */
public final class RulePaused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String rule;
  private final long at;
  private final Pause.Reason reason;
  private final String detail;

  RulePaused(String rule, long at, Pause.Reason reason, String detail) {
    super(rule + ": " + detail, null, false, false);
    this.rule = rule;
    this.at = at;
    this.reason = reason;
    this.detail = detail;
  }

  /** Its id. */
  public String rule() {
    return rule;
  }

  /** Event time that the rule had come to, milliseconds. */
  public long at() {
    return at;
  }

  public Pause.Reason reason() {
    return reason;
  }

  /** For people. */
  public String detail() {
    return detail;
  }
}
