package io.vigie.correlation;

import io.vigie.correlation.Oracle.Satisfied;
import io.vigie.correlation.Oracle.Seen;
import io.vigie.correlation.RandomCorrelations.Rules;
import io.vigie.correlation.RandomCorrelations.Written;
import io.vigie.correlation.RandomStream.Arrival;
import io.vigie.correlation.RandomStream.Way;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Rules, and what reaches the engine.
 *
 * @param releases one, or two of which the second follows the first
 * @param from when the second takes effect, milliseconds
 */
public record RandomCase(List<Rules> releases, long from, List<Arrival> arrivals) {
  private static final long START = 1_700_000_000_000L;

  Rules first() {
    return releases.get(0);
  }

  Rules last() {
    return releases.get(releases.size() - 1);
  }

  List<TestEvent> events() {
    return arrivals.stream().map(Arrival::event).filter(Objects::nonNull).distinct().toList();
  }

  /** The rules of each release. */
  public List<RuleSet> ruleSets() {
    return releases.stream().map(Rules::read).toList();
  }

  /** Of all correlations, those first that stand on others. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    releases.forEach(rules -> rules.correlations().forEach(rule -> names.add(0, rule.name())));
    return names.stream().distinct().toList();
  }

  RandomCase without(String rule) {
    return new RandomCase(
        releases.stream().map(rules -> rules.without(rule)).toList(), from, arrivals);
  }

  /** What the definition says of them. */
  public List<Satisfied> defined() {
    List<Seen> seen = new ArrayList<>();
    for (TestEvent event : events()) {
      Rules matching = event.time() < from ? first() : last();
      seen.addAll(TestRules.seen(matching.detections(), List.of(event)));
    }
    return Oracle.evaluate(first().read(), last().read(), from, seen);
  }

  /** The rules that the last release does not take over as they were, by name. */
  public Set<String> changed() {
    Set<String> changed = new HashSet<>();
    for (Written rule : last().correlations()) {
      boolean same = first().correlations().contains(rule);
      if (!same || rule.members().stream().anyMatch(changed::contains)) {
        changed.add(rule.name());
      }
    }
    return changed;
  }

  /**
   * Where an episode goes on with another condition, its alert tells again what it has told, or
   * only what is later; so of such rules, and of those that stand on them, the times are compared.
   */
  List<Satisfied> compared(List<Satisfied> satisfied) {
    Set<String> changed = changed();
    return satisfied.stream()
        .map(
            each ->
                each.at() < from || releases.size() == 1 || !changed.contains(each.rule())
                    ? each
                    : new Satisfied(
                        each.rule(), each.group(), each.first(), each.at(), 0, Set.of()))
        .toList();
  }

  @Override
  public String toString() {
    return releases.stream()
            .map(Rules::toString)
            .collect(Collectors.joining("=== from " + from + "\n"))
        + arrivals.stream()
            .map(
                arrival ->
                    "%n%s then %s%s"
                        .formatted(
                            arrival.event() == null ? "nothing" : arrival.event(),
                            new TreeMap<>(arrival.clocks()),
                            arrival.interrupted() ? ", interrupted" : ""))
            .collect(Collectors.joining());
  }

  /**
   * A random rule set and a random stream of two log sources.
   *
   * @param way what happens to the stream
   */
  public static RandomCase of(long seed, int events, Way way) {
    RandomStream random = new RandomStream(seed, true);
    return new RandomCase(
        List.of(new RandomCorrelations(seed).rules()),
        Long.MIN_VALUE,
        random.arrivals(random.events(events, START, seconds(events)), way, Long.MAX_VALUE));
  }

  private static int seconds(int events) {
    return events * 45 / 28;
  }

  /** The same with other rules from some time on. */
  public RandomCase withSecondRelease(long seed) {
    int seconds = seconds(events().size());
    return new RandomCase(
        List.of(first(), new RandomCorrelations(seed).after(first())),
        START + 1000L * (seconds / 4 + seed % (seconds / 2)),
        arrivals);
  }
}
