package io.vigie.release;

import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;

/**
 * A rule set, and from when it decides.
 *
 * @param number 0 for the rules that the job was started with, then counted on; a number that was
 *     refused is left out
 * @param version what its author calls it, for people; empty where nobody said
 * @param from events of this time and later are matched, and times from then on decided, by this
 *     release; milliseconds, later than that of the release before. {@link Long#MIN_VALUE} for the
 *     first
 */
public record Release(int number, String version, long from, RulePack pack, RuleSet rules) {}
