package io.vigie.alert;

import io.vigie.correlation.Evidence;
import io.vigie.correlation.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One episode of a rule and group, or one event of a detection rule.
 *
 * @param id the same whenever and however often it is found
 * @param rule id of the rule
 * @param group values of the rule's group-by fields
 * @param firstSeen first satisfied time, milliseconds
 * @param lastSeen last satisfied time so far, or last update of the one event; milliseconds
 * @param single whether it is one event of a detection rule, and so complete
 * @param openUntil event time at which nothing can be added any more, milliseconds
 * @param eventCount how many events stand behind it
 * @param eventIds of the first {@link #MAX_EVENT_IDS} of them
 * @param steps what happened, in event-time order: the first 40 and the last 10 events
 * @param entities what the events speak of, sorted by field
 * @param evidence those of these events that are new since the alert was last told
 * @param lateCount how many more events of its time came too late to decide anything
 * @param standing how certain it is
 * @param release number of the release of the rules that found it
 * @param revision how often it was told before
 */
public record Alert(
    String id,
    String rule,
    List<String> group,
    long firstSeen,
    long lastSeen,
    boolean single,
    long openUntil,
    int eventCount,
    List<String> eventIds,
    List<Step> steps,
    List<Entity> entities,
    List<Evidence> evidence,
    int lateCount,
    Standing standing,
    int release,
    int revision) {

  public static final int MAX_EVENT_IDS = 1000;
  private static final int FIRST_STEPS = 40;
  private static final int LAST_STEPS = 10;
  static final int MAX_VALUES = 50;

  /**
   * An ECS field and the values that it has in the events.
   *
   * @param values sorted, at most {@link #MAX_VALUES}
   */
  public record Entity(String field, List<String> values) {}

  /** One event in an alert's timeline; texts are empty where the event does not say. */
  public record Step(
      String name,
      long at,
      String eventId,
      String action,
      String outcome,
      String actor,
      String target,
      String sourceIp) {

    static final Comparator<Step> ORDER =
        Comparator.comparingLong(Step::at).thenComparing(Step::eventId).thenComparing(Step::name);
  }

  /** This alert after more was found of it; counters are absolute. */
  public Alert fold(Alert more) {
    Set<String> known = new HashSet<>(eventIds);
    List<String> ids = new ArrayList<>(eventIds);
    List<Evidence> fresh = new ArrayList<>(evidence);
    int alreadyCounted = 0;
    for (Evidence each : more.evidence) {
      if (!known.add(each.eventId())) {
        alreadyCounted++;
      } else if (ids.size() < MAX_EVENT_IDS) {
        ids.add(each.eventId());
        fresh.add(each);
      }
    }
    return new Alert(
        id,
        rule,
        group,
        Math.min(firstSeen, more.firstSeen),
        Math.max(lastSeen, more.lastSeen),
        single,
        Math.max(openUntil, more.openUntil),
        eventCount + more.eventCount - alreadyCounted,
        ids,
        joined(steps, more.steps),
        merged(entities, more.entities),
        fresh,
        lateCount,
        more.standing,
        Math.max(release, more.release),
        revision);
  }

  /** This alert, where it was told that often before. */
  public Alert revised(int times) {
    return with(evidence, times);
  }

  /** This alert when it has been told: nothing about it is new. */
  public Alert told() {
    return with(List.of(), revision + 1);
  }

  private Alert with(List<Evidence> newEvidence, int newRevision) {
    return new Alert(
        id,
        rule,
        group,
        firstSeen,
        lastSeen,
        single,
        openUntil,
        eventCount,
        eventIds,
        steps,
        entities,
        newEvidence,
        lateCount,
        standing,
        release,
        newRevision);
  }

  /** This alert with evidence that came too late; what it knows already is no evidence of it. */
  public Alert withLate(List<Evidence> late) {
    List<String> ids = new ArrayList<>(eventIds);
    List<Evidence> fresh = new ArrayList<>(evidence);
    for (Evidence each : late) {
      if (!ids.contains(each.eventId()) && ids.size() < MAX_EVENT_IDS) {
        ids.add(each.eventId());
        fresh.add(each);
      }
    }
    return new Alert(
        id,
        rule,
        group,
        firstSeen,
        lastSeen,
        single,
        openUntil,
        eventCount,
        ids,
        steps,
        entities,
        fresh,
        lateCount + fresh.size() - evidence.size(),
        standing,
        release,
        revision);
  }

  static List<Step> joined(List<Step> some, List<Step> more) {
    TreeSet<Step> all = new TreeSet<>(Step.ORDER);
    all.addAll(some);
    all.addAll(more);
    List<Step> sorted = new ArrayList<>(all);
    if (sorted.size() <= FIRST_STEPS + LAST_STEPS) {
      return sorted;
    }
    List<Step> ends = new ArrayList<>(sorted.subList(0, FIRST_STEPS));
    ends.addAll(sorted.subList(sorted.size() - LAST_STEPS, sorted.size()));
    return ends;
  }

  /** Those of one field are merged. */
  static List<Entity> merged(List<Entity> some, List<Entity> more) {
    TreeMap<String, TreeSet<String>> all = new TreeMap<>();
    for (List<Entity> entities : List.of(some, more)) {
      for (Entity entity : entities) {
        all.computeIfAbsent(entity.field(), field -> new TreeSet<>()).addAll(entity.values());
      }
    }
    List<Entity> merged = new ArrayList<>();
    all.forEach(
        (field, values) ->
            merged.add(new Entity(field, values.stream().limit(MAX_VALUES).toList())));
    return merged;
  }
}
