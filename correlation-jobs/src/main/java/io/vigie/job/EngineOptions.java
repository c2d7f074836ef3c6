package io.vigie.job;

import io.vigie.alert.AlertGate;
import io.vigie.correlation.RuleBudgets;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far the engine lets rules and log sources go.
 *
 * @param alertsPerHour how many alerts of a rule and hour are told
 * @param budgets what one rule may cost in one subtask
 * @param silence by log source, how long it may say nothing before a system alert says so
 * @param shadow statuses of rules whose alerts are marked and not notified
 */
public record EngineOptions(
    int alertsPerHour, RuleBudgets budgets, Map<String, Duration> silence, Set<String> shadow)
    implements Serializable {

  /** No source must speak, and every rule notifies. */
  public static final EngineOptions DEFAULT =
      new EngineOptions(AlertGate.PER_HOUR, RuleBudgets.DEFAULT, Map.of(), Set.of());

  public EngineOptions {
    silence = new TreeMap<>(silence);
    shadow = new TreeSet<>(shadow);
  }
}
