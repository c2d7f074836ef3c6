package io.vigie.release;

import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;

/**
 * Rules, and from when they decide. They are compiled when somebody asks for them, once for all who
 * ask; of a release that nobody holds on to they may be compiled again later.
 *
 * <p>A release that was refused has the rules of the one before, so that every number stands for
 * rules.
 */
public final class Release {
  private final int number;
  private final String version;
  private final long from;
  private final Rules rules;

  /** Where a release has its rules from. */
  interface Rules {
    RulePack pack();

    RuleSet set();
  }

  private record Compiled(RulePack pack, RuleSet set) implements Rules {}

  /** Of rules that are compiled. */
  public Release(int number, String version, long from, RulePack pack, RuleSet rules) {
    this(number, version, from, new Compiled(pack, rules));
  }

  Release(int number, String version, long from, Rules rules) {
    this.number = number;
    this.version = version;
    this.from = from;
    this.rules = rules;
  }

  /** 0 for the rules that the job was started with, then counted on. */
  public int number() {
    return number;
  }

  /** What its author calls it, for people; empty where nobody said. */
  public String version() {
    return version;
  }

  /**
   * Events of this time and later are matched, and times from then on decided, by this release;
   * milliseconds, later than that of the release before. {@link Long#MIN_VALUE} for the first.
   */
  public long from() {
    return from;
  }

  public RulePack pack() {
    return rules.pack();
  }

  /** The rules of the pack. Cheap for whoever asks again. */
  public RuleSet rules() {
    return rules.set();
  }
}
