package io.vigie.correlation;

import io.vigie.rules.Rule;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.correlation.CorrelationCondition;
import io.vigie.rules.correlation.CorrelationCondition.Bound;
import io.vigie.rules.correlation.CorrelationCondition.Count;
import io.vigie.rules.correlation.CorrelationCondition.InOrder;
import io.vigie.rules.correlation.CorrelationCondition.NewTerms;
import io.vigie.rules.correlation.CorrelationCondition.Position;
import io.vigie.rules.correlation.CorrelationCondition.Presence;
import io.vigie.rules.correlation.CorrelationCondition.Together;
import io.vigie.rules.detection.PredicateText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a correlation means, evaluated by looking at the whole set of matches again for every time.
 * It knows the rules as they were read, and nothing of the engine: no order of arrival, no clock,
 * no state, no Esper. What stands in quotation marks is the definition.
 */
public final class Oracle {

  /**
   * A detection rule matched an event.
   *
   * @param rule its id
   * @param time of the event, milliseconds
   * @param fields of the event, each with its values: none, one or several
   */
  public record Seen(String rule, String event, long time, Map<String, List<String>> fields) {}

  /**
   * A correlation rule is satisfied.
   *
   * @param first satisfied time of its episode
   * @param at this satisfied time
   * @param events how many events are new: behind this time and behind no earlier one of the
   *     episode
   * @param evidence their ids
   */
  public record Satisfied(
      String rule, List<String> group, long first, long at, int events, Set<String> evidence) {
    static final Comparator<Satisfied> ORDER =
        Comparator.comparing(Satisfied::rule)
            .thenComparing(satisfied -> satisfied.group().toString())
            .thenComparing(Satisfied::at)
            .thenComparing(Satisfied::first);
  }

  /**
   * A match as a group of a correlation rule sees it.
   *
   * @param step which of the rules that the correlation names was matched, or satisfied
   * @param id of the event, or of the named correlation's group
   * @param values of the fields that the correlation looks at: tuples
   * @param events that stand behind it
   */
  private record Match(
      int step, long time, String id, Set<List<String>> values, Set<String> events) {
    static final Comparator<Match> ORDER =
        Comparator.comparingLong(Match::time)
            .thenComparingInt(Match::step)
            .thenComparing(Match::id);
  }

  /** A time at which a group satisfies, and the matches behind that. */
  private record Moment(long at, List<Match> behind) {}

  private final RuleSet first;
  private final RuleSet second;
  private final long from;
  private final Collection<Seen> seen;
  private final List<Satisfied> satisfied = new ArrayList<>();

  private Oracle(RuleSet first, RuleSet second, long from, Collection<Seen> seen) {
    this.first = first;
    this.second = second;
    this.from = from;
    this.seen = new LinkedHashSet<>(seen);
  }

  /** All satisfied times of all correlations over these matches of detection rules. */
  public static List<Satisfied> evaluate(RuleSet rules, Collection<Seen> seen) {
    return evaluate(rules, rules, Long.MIN_VALUE, seen);
  }

  /**
   * The same where a second release of the rules follows a first: "an event before that time is
   * matched, and a time before it decided, by the first; all others by the second".
   */
  public static List<Satisfied> evaluate(
      RuleSet first, RuleSet second, long from, Collection<Seen> seen) {
    Oracle oracle = new Oracle(first, second, from, seen);
    for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
      oracle.satisfied.addAll(oracle.ofLevel(level));
    }
    return oracle.satisfied.stream().sorted(Satisfied.ORDER).toList();
  }

  /** "A rule that is named by a correlation alerts by itself only with generate: true." */
  public static boolean alerts(RuleSet rules, CorrelationPlan plan) {
    return rules.correlations().values().stream()
        .noneMatch(other -> other.members().contains(plan.id()) && !other.rule().generate());
  }

  private List<Satisfied> ofLevel(int level) {
    List<Satisfied> ofLevel = new ArrayList<>();
    Set<String> ids = new TreeSet<>(first.correlations().keySet());
    ids.addAll(second.correlations().keySet());
    for (String id : ids) {
      Transition transition =
          new Transition(plan(first, id, level), plan(second, id, level), first, second, from);
      Map<List<String>, List<Match>> groups = new HashMap<>();
      if (transition.before() != null) {
        groups(transition.before(), first, time -> time < from, groups);
      }
      if (transition.after() != null) {
        groups(transition.after(), second, time -> time >= from, groups);
      }
      groups.forEach((group, matches) -> ofLevel.addAll(ofGroup(transition, group, matches)));
    }
    return ofLevel;
  }

  private static CorrelationPlan plan(RuleSet rules, String id, int level) {
    CorrelationPlan plan = rules.correlations().get(id);
    return plan == null || plan.level() != level ? null : plan;
  }

  // ── matches and their groups ──────────────────────────────────────────────────────────────────

  /**
   * "A match without a group-by field does not count; one with a list value belongs to each of its
   * groups." "A correlation used by another contributes one match at each time at which it is
   * satisfied."
   */
  private void groups(
      CorrelationPlan plan,
      RuleSet rules,
      LongPredicate matched,
      Map<List<String>, List<Match>> groups) {
    for (int step = 0; step < plan.members().size(); step++) {
      String member = plan.members().get(step);
      for (Seen each : seen) {
        if (each.rule().equals(member) && matched.test(each.time())) {
          Set<List<String>> values = tuples(plan, step, counted(plan), each.fields());
          for (List<String> group : tuples(plan, step, plan.rule().groupBy(), each.fields())) {
            add(
                groups,
                group,
                new Match(step, each.time(), each.event(), values, Set.of(each.event())));
          }
        }
      }
      for (Satisfied each : satisfied) {
        if (each.rule().equals(member) && matched.test(each.at())) {
          Map<String, List<String>> fields = new HashMap<>();
          List<String> names = rules.correlations().get(member).rule().alertFields();
          for (int i = 0; i < names.size(); i++) {
            fields.put(names.get(i), List.of(each.group().get(i)));
          }
          List<String> group = tuples(plan, step, plan.rule().groupBy(), fields).iterator().next();
          String id =
              each.group().stream()
                  .map(value -> "|" + value.length() + ":" + value)
                  .collect(Collectors.joining("", each.rule(), ""));
          Set<List<String>> values = tuples(plan, step, counted(plan), fields);
          add(groups, group, new Match(step, each.at(), id, values, each.evidence()));
        }
      }
    }
  }

  private static void add(Map<List<String>, List<Match>> groups, List<String> group, Match match) {
    groups.computeIfAbsent(group, g -> new ArrayList<>()).add(match);
  }

  private static List<String> counted(CorrelationPlan plan) {
    return plan.rule().condition().fields();
  }

  /** Every choice of one value for each field, as the rule at that step calls the field. */
  private static Set<List<String>> tuples(
      CorrelationPlan plan, int step, List<String> written, Map<String, List<String>> fields) {
    String rule = plan.rule().named().get(step);
    Set<List<String>> tuples = new LinkedHashSet<>(List.of(List.of()));
    for (String field : written) {
      List<String> values = fields.getOrDefault(plan.rule().field(field, rule), List.of());
      tuples =
          tuples.stream()
              .flatMap(tuple -> values.stream().map(value -> and(tuple, value)))
              .collect(Collectors.toCollection(LinkedHashSet::new));
    }
    return tuples;
  }

  private static List<String> and(List<String> tuple, String value) {
    return Stream.concat(tuple.stream(), Stream.of(value)).toList();
  }

  // ── episodes ──────────────────────────────────────────────────────────────────────────────────

  /**
   * "An episode of a rule and group is a maximal run of satisfied times less than one timespan (or
   * the rule's own suppress time) apart." "One that is over when another release takes effect stays
   * so."
   */
  private List<Satisfied> ofGroup(Transition transition, List<String> group, List<Match> matches) {
    CorrelationPlan one = transition.before();
    CorrelationPlan two = transition.after();
    Map<List<String>, List<Moment>> moments = new HashMap<>();
    if (one != null) {
      List<Match> counting = matches.stream().filter(match -> match.time() < from).toList();
      moments(one, group, counting).forEach((g, all) -> merge(moments, g, all, at -> at < from));
    }
    List<Match> remembered =
        matches.stream().filter(match -> match.time() >= transition.memory()).toList();
    if (two != null) {
      moments(two, group, remembered).forEach((g, all) -> merge(moments, g, all, at -> at >= from));
    }
    boolean goesOn =
        transition.episodesGoOn() && remembered.stream().anyMatch(match -> match.time() < from);

    List<Satisfied> satisfiedTimes = new ArrayList<>();
    moments.forEach(
        (named, ofGroup) -> {
          Set<Match> told = new HashSet<>();
          long opened = 0;
          Moment before = null;
          for (Moment moment : ofGroup) {
            CorrelationPlan plan = moment.at() < from ? one : two;
            boolean cut =
                before != null
                    && before.at() < from
                    && moment.at() >= from
                    && (!goesOn || from - before.at() >= one.rule().suppress().toMillis());
            if (before == null
                || cut
                || moment.at() - before.at() >= plan.rule().suppress().toMillis()) {
              opened = moment.at();
              told.clear();
            }
            Set<String> events = new TreeSet<>();
            moment.behind().stream().filter(told::add).forEach(m -> events.addAll(m.events()));
            satisfiedTimes.add(
                new Satisfied(plan.id(), named, opened, moment.at(), events.size(), events));
            before = moment;
          }
        });
    return satisfiedTimes;
  }

  private static void merge(
      Map<List<String>, List<Moment>> all,
      List<String> group,
      List<Moment> moments,
      LongPredicate decides) {
    moments.stream()
        .filter(moment -> decides.test(moment.at()))
        .forEach(moment -> all.computeIfAbsent(group, g -> new ArrayList<>()).add(moment));
  }

  // ── satisfied times ───────────────────────────────────────────────────────────────────────────

  /**
   * "A rule is satisfied at t if a match of it lies at t and the window at t fulfils the
   * condition." "This is a definition over sets."
   */
  private Map<List<String>, List<Moment>> moments(
      CorrelationPlan plan, List<String> group, List<Match> matches) {
    CorrelationCondition condition = plan.rule().condition();
    if (condition instanceof NewTerms terms) {
      return newTerms(plan, terms, group, matches);
    }
    List<Moment> moments = new ArrayList<>();
    for (long t : times(matches)) {
      List<Match> behind = behind(plan, matches, t);
      if (!behind.isEmpty() && !absenceIsBroken(plan, matches, t)) {
        moments.add(new Moment(condition.waits() ? t + timespan(plan) : t, behind));
      }
    }
    return Map.of(group, moments);
  }

  private static NavigableSet<Long> times(List<Match> matches) {
    return matches.stream().map(Match::time).collect(Collectors.toCollection(TreeSet::new));
  }

  private static long timespan(CorrelationPlan plan) {
    return plan.rule().timespan().toMillis();
  }

  /**
   * "The window of a group at time t is the set of its matches with event time in (t − timespan,
   * t]." "A match of a rule in until empties the window: what lies at its time or before counts no
   * longer."
   */
  private static List<Match> window(CorrelationPlan plan, List<Match> matches, long t) {
    long ended =
        matches.stream()
            .filter(match -> plan.ends(match.step()) && match.time() <= t)
            .mapToLong(Match::time)
            .max()
            .orElse(Long.MIN_VALUE);
    return matches.stream()
        .filter(match -> match.time() > t - timespan(plan) && match.time() <= t)
        .filter(match -> match.time() > ended)
        .toList();
  }

  /** What satisfies the rule at t; nothing if it is not satisfied. */
  private List<Match> behind(CorrelationPlan plan, List<Match> matches, long t) {
    List<Match> window = window(plan, matches, t);
    CorrelationCondition condition = plan.rule().condition();
    if (condition instanceof InOrder order) {
      return withContributions(plan, latestChain(plan, order, matches, t), window);
    }
    List<Match> wanted = new ArrayList<>(window);
    if (condition instanceof Together together) {
      wanted.removeIf(match -> together.absent().contains(match.step()));
    }
    boolean holds =
        condition instanceof Together together
            ? holds(together.presence(), wanted)
            : holds((Count) condition, wanted);
    return holds && wanted.stream().anyMatch(match -> match.time() == t) ? wanted : List.of();
  }

  // ── counting ──────────────────────────────────────────────────────────────────────────────────

  /** "The aggregate over that window fulfils the condition." */
  private static boolean holds(Count count, List<Match> window) {
    Set<List<String>> distinct = new HashSet<>();
    List<BigDecimal> numbers = new ArrayList<>();
    for (Match match : window) {
      distinct.addAll(match.values());
      match.values().forEach(tuple -> tuple.forEach(value -> number(value, numbers)));
    }
    numbers.sort(Comparator.naturalOrder());
    BigDecimal sum = numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal one = BigDecimal.ONE;
    int size = numbers.size();
    return switch (count.type()) {
      case EVENT_COUNT -> within(count, BigDecimal.valueOf(window.size()), one);
      case VALUE_COUNT -> within(count, BigDecimal.valueOf(distinct.size()), one);
      case VALUE_SUM -> size > 0 && within(count, sum, one);
      case VALUE_AVG -> size > 0 && within(count, sum, BigDecimal.valueOf(size));
      case VALUE_MEDIAN ->
          size > 0
              && within(
                  count,
                  numbers.get((size - 1) / 2).add(numbers.get(size / 2)),
                  BigDecimal.valueOf(2));
      case VALUE_PERCENTILE -> size > 0 && within(count, percentile(count, numbers), one);
      default -> throw new IllegalArgumentException(count.type() + " does not count");
    };
  }

  private static void number(String value, List<BigDecimal> numbers) {
    try {
      numbers.add(new BigDecimal(value));
    } catch (NumberFormatException e) {
      // a value that is no number is not measured
    }
  }

  /** "The smallest value that at least so many per cent of the values do not exceed." */
  private static BigDecimal percentile(Count count, List<BigDecimal> sorted) {
    return sorted.stream()
        .filter(
            number ->
                100L * sorted.stream().filter(n -> n.compareTo(number) <= 0).count()
                    >= (long) count.percentile() * sorted.size())
        .findFirst()
        .orElseThrow();
  }

  /** Compares a fraction, so that nothing is rounded. */
  private static boolean within(Count count, BigDecimal number, BigDecimal divisor) {
    for (Bound bound : count.bounds()) {
      int order = number.compareTo(bound.number().multiply(divisor));
      boolean holds =
          switch (bound.operator()) {
            case GT -> order > 0;
            case GTE -> order >= 0;
            case LT -> order < 0;
            case LTE -> order <= 0;
            case EQ -> order == 0;
            case NEQ -> order != 0;
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  // ── temporal and absence ──────────────────────────────────────────────────────────────────────

  /** "Each named rule has a match in the window", or those do that the condition asks for. */
  private static boolean holds(Presence presence, List<Match> window) {
    if (presence instanceof Presence.Of of) {
      return window.stream().filter(match -> match.step() == of.step()).count() >= of.atLeast();
    }
    Presence.AtLeast some = (Presence.AtLeast) presence;
    return some.parts().stream().filter(part -> holds(part, window)).count() >= some.count();
  }

  /**
   * "A and not B: satisfied at a.time + timespan if no B lies in [a.time, a.time + timespan)",
   * where a.time is the time at which all the rest holds.
   */
  private static boolean absenceIsBroken(CorrelationPlan plan, List<Match> matches, long t) {
    CorrelationCondition condition = plan.rule().condition();
    Set<Integer> absent = Set.of();
    if (condition instanceof Together together) {
      absent = together.absent();
    } else if (condition instanceof InOrder order && order.waits()) {
      absent = order.positions().get(order.positions().size() - 1).steps();
    }
    return liesIn(matches, absent, t, t + timespan(plan) - 1);
  }

  /** Whether there is a match of one of the steps; both times are included. */
  private static boolean liesIn(List<Match> matches, Set<Integer> steps, long start, long end) {
    return matches.stream()
        .anyMatch(m -> steps.contains(m.step()) && m.time() >= start && m.time() <= end);
  }

  // ── order ─────────────────────────────────────────────────────────────────────────────────────

  /**
   * "A match of the last rule lies at t, and distinct matches of the earlier rules stand before it
   * in the listed order with times that do not decrease. Evidence is the latest complete chain": of
   * all the one whose last match is latest, then whose last but one is, and so on.
   */
  private static List<Match> latestChain(
      CorrelationPlan plan, InOrder order, List<Match> matches, long t) {
    List<List<Match>> chains = new ArrayList<>();
    List<Integer> places = order.chain();
    for (Match last : window(plan, matches, t)) {
      if (last.time() == t && stands(order, places, places.size() - 1, last)) {
        extend(plan, order, List.of(last), matches, t, chains);
      }
    }
    return chains.stream().max(Oracle::laterChain).orElse(List.of());
  }

  /** Puts in front of the chain every match that can stand there, until it is complete. */
  private static void extend(
      CorrelationPlan plan,
      InOrder order,
      List<Match> chain,
      List<Match> matches,
      long t,
      List<List<Match>> chains) {
    List<Integer> places = order.chain();
    int missing = places.size() - chain.size();
    if (missing == 0) {
      if (nothingStandsBetween(plan, order, chain, matches)) {
        chains.add(chain);
      }
      return;
    }
    for (Match match : window(plan, matches, t)) {
      if (stands(order, places, missing - 1, match)
          && match.time() <= chain.get(0).time()
          && !chain.contains(match)) {
        List<Match> longer = new ArrayList<>(List.of(match));
        longer.addAll(chain);
        extend(plan, order, longer, matches, t, chains);
      }
    }
  }

  private static boolean stands(InOrder order, List<Integer> places, int link, Match match) {
    return order.positions().get(places.get(link)).steps().contains(match.step());
  }

  private static int laterChain(List<Match> one, List<Match> other) {
    for (int i = one.size() - 1; i >= 0; i--) {
      int difference = Match.ORDER.compare(one.get(i), other.get(i));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  /**
   * "Not, first: no match in (t − timespan, t], where t is the time of the first match of the
   * chain. In the middle: none between its neighbours, nor at their times."
   */
  private static boolean nothingStandsBetween(
      CorrelationPlan plan, InOrder order, List<Match> chain, List<Match> matches) {
    List<Integer> places = order.chain();
    for (int link = 0; link < places.size(); link++) {
      int place = places.get(link);
      Position former = place == 0 ? null : order.positions().get(place - 1);
      if (former != null && former.negated()) {
        long end = chain.get(link).time();
        long start = link == 0 ? end - timespan(plan) + 1 : chain.get(link - 1).time();
        if (liesIn(window(plan, matches, end), former.steps(), start, end)) {
          return false;
        }
      }
    }
    return true;
  }

  /** "A correlation in a chain stands for all that it contributed to the window up to there." */
  private List<Match> withContributions(
      CorrelationPlan plan, List<Match> chain, List<Match> window) {
    List<Match> behind = new ArrayList<>(chain);
    for (Match link : chain) {
      String member = plan.members().get(link.step());
      if (first.correlations().containsKey(member) || second.correlations().containsKey(member)) {
        window.stream()
            .filter(m -> m.step() == link.step() && m.time() <= link.time())
            .forEach(behind::add);
      }
    }
    return behind;
  }

  // ── new terms ─────────────────────────────────────────────────────────────────────────────────

  /**
   * "Satisfied when a match carries values that its group has not shown within the timespan", once
   * the group has been known for the learning time without a break of a timespan. Such values are
   * part of what tells alerts apart.
   */
  private static Map<List<String>, List<Moment>> newTerms(
      CorrelationPlan plan, NewTerms terms, List<String> group, List<Match> matches) {
    Map<List<String>, List<Moment>> moments = new HashMap<>();
    List<Match> showing = matches.stream().filter(match -> !match.values().isEmpty()).toList();
    for (long t : times(showing)) {
      if (t - knownSince(plan, times(showing), t) < terms.learning().toMillis()) {
        continue;
      }
      for (List<String> tuple : tuples(showing, t)) {
        List<Match> having = showing.stream().filter(m -> m.values().contains(tuple)).toList();
        if (having.stream().noneMatch(m -> m.time() > t - timespan(plan) && m.time() < t)) {
          List<String> named = Stream.concat(group.stream(), tuple.stream()).toList();
          moments
              .computeIfAbsent(named, g -> new ArrayList<>())
              .add(new Moment(t, having.stream().filter(m -> m.time() == t).toList()));
        }
      }
    }
    return moments;
  }

  private static Set<List<String>> tuples(List<Match> matches, long t) {
    return matches.stream()
        .filter(match -> match.time() == t)
        .flatMap(match -> match.values().stream())
        .collect(Collectors.toSet());
  }

  private static long knownSince(CorrelationPlan plan, NavigableSet<Long> times, long t) {
    long since = t;
    for (long earlier : times.headSet(t, false).descendingSet()) {
      if (since - earlier >= timespan(plan)) {
        break;
      }
      since = earlier;
    }
    return since;
  }

  // ── releases ──────────────────────────────────────────────────────────────────────────────────

  /**
   * A rule in two releases, either of which may lack it.
   *
   * @param from the second decides at this time and later
   */
  private record Transition(
      CorrelationPlan before, CorrelationPlan after, RuleSet first, RuleSet second, long from) {

    /**
     * The earliest time of a match that counts for the second release. "A rule that is unchanged:
     * as if nothing happened. A changed condition over the same inputs: what the rule before still
     * remembered. Changed inputs: nothing." New terms are remembered, but no matches.
     */
    long memory() {
      if (before == null || after == null || !inputs(first, before).equals(inputs(second, after))) {
        return from;
      }
      Rule.Correlation one = before.rule();
      Rule.Correlation two = after.rule();
      if (condition(one).equals(condition(two))) {
        return Long.MIN_VALUE;
      }
      if (one.condition() instanceof NewTerms || two.condition() instanceof NewTerms) {
        boolean learning = one.type() == two.type() && one.timespan().equals(two.timespan());
        return learning ? Long.MIN_VALUE : from;
      }
      return from - retention();
    }

    /** "Episodes go on when the version is the same", as far as the rule before remembers them. */
    boolean episodesGoOn() {
      return before != null
          && after != null
          && inputs(first, before).equals(inputs(second, after))
          && before.rule().header().version().equals(after.rule().header().version());
    }

    /**
     * "The timespan, twice for an absence, or suppress if that is longer." Of an absence after one
     * match that match alone stands behind the alert, and so nothing before it is kept.
     */
    private long retention() {
      CorrelationCondition condition = before.rule().condition();
      boolean alone =
          condition instanceof InOrder order
              && order.chain().size() == 1
              && before.members().stream().noneMatch(first.correlations()::containsKey);
      long timespan = before.rule().timespan().toMillis();
      return Math.max(
          condition.waits() && !alone ? 2 * timespan : timespan,
          before.rule().suppress().toMillis());
    }

    private static List<Object> condition(Rule.Correlation rule) {
      return List.of(
          rule.type(), rule.timespan(), rule.suppress(), rule.condition(), rule.header().version());
    }

    /** Equal where all matches are equal, group for group. */
    private static List<Object> inputs(RuleSet rules, CorrelationPlan plan) {
      List<Object> inputs = new ArrayList<>(List.of(plan.level()));
      for (int step = 0; step < plan.members().size(); step++) {
        String member = plan.members().get(step);
        String named = plan.rule().named().get(step);
        inputs.add(member);
        inputs.add(plan.ends(step));
        plan.rule().groupBy().forEach(field -> inputs.add(plan.rule().field(field, named)));
        inputs.add("counts");
        counted(plan).forEach(field -> inputs.add(plan.rule().field(field, named)));
        CorrelationPlan lower = rules.correlations().get(member);
        if (lower != null) {
          inputs.add(inputs(rules, lower));
          inputs.add(condition(lower.rule()));
        }
        for (RuleSet.DetectionPlan detection : rules.detections()) {
          if (detection.rule().header().id().equals(member)) {
            PredicateText text = new PredicateText(rules.fields().names());
            inputs.add(text.tree(detection.rule().predicate(), field -> ""));
            inputs.add(String.valueOf(detection.rule().product()));
          }
        }
      }
      return inputs;
    }
  }
}
