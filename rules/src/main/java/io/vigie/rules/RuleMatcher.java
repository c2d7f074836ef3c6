package io.vigie.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.ingest.EnrichedFields;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.detection.Anchors;
import io.vigie.rules.detection.EventView;
import io.vigie.rules.detection.Predicate;
import io.vigie.rules.index.Candidates;
import io.vigie.rules.index.Remark;
import io.vigie.rules.index.RuleIndex;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the detection rules that an event of one log source matches. A rule is filed under what is
 * cheap to look up and necessary (see {@link RuleIndex}) and tested only where that holds, so the
 * cost grows with what an event could match and not with the number of rules. Used by one thread.
 */
public final class RuleMatcher {
  /** Keywords shorter than this make the search for all keywords look at every byte of an event. */
  private static final int SHORT_KEYWORD = 5;

  private final DetectionPlan[] rules;
  private final Predicate[] predicates;
  private final RuleIndex index;
  private final EventView.Factory views;
  private final LogSource source;
  private final LogSource wide;
  private final List<String> lookedAt;

  /** Of the last event, which matched nothing. */
  private @Nullable EventView spare;

  /** Makes an enricher of documents that adds some fields, given their names. */
  @FunctionalInterface
  public interface Enriching {
    /** Enriches a document as of a time in milliseconds. */
    ObjLongConsumer<ObjectNode> adding(Set<String> fields);
  }

  /** Of the events as they are, without what enriching adds. */
  public RuleMatcher(LogSource source, RuleSet set) {
    this(source, set, fields -> (ecs, time) -> {});
  }

  /**
   * Of events and of what enriching adds to them.
   *
   * @param enriching is asked for the fields of {@link EnrichedFields} that the source's rules name
   */
  public RuleMatcher(LogSource source, RuleSet set, Enriching enriching) {
    this.rules =
        set.detections().stream()
            .filter(
                plan ->
                    source.serves(
                        plan.rule().product(), plan.rule().category(), plan.rule().service()))
            .toArray(DetectionPlan[]::new);
    List<String> names = set.fields().names();
    BitSet added = new BitSet();
    for (DetectionPlan plan : rules) {
      plan.rule()
          .predicate()
          .slots()
          .filter(slot -> EnrichedFields.ALL.contains(names.get(slot)))
          .forEach(added::set);
    }
    this.predicates = new Predicate[rules.length];
    for (int i = 0; i < rules.length; i++) {
      predicates[i] = rules[i].rule().predicate().lookingLastAt(added::get);
    }
    this.index = new RuleIndex(List.of(predicates), added::get);
    ObjLongConsumer<ObjectNode> enrich =
        enriching.adding(added.stream().mapToObj(names::get).collect(Collectors.toSet()));
    this.views =
        EventView.of(
            source,
            set.fields(),
            event -> {
              ObjectNode ecs = source.toEcs(event);
              enrich.accept(ecs, event.timestamp());
              return ecs;
            },
            added);
    this.wide = source;
    this.lookedAt =
        List.of(predicates).stream()
            .flatMapToInt(Predicate::slots)
            .distinct()
            .mapToObj(names::get)
            .toList();
    this.source = sourceFor(List.of());
  }

  /**
   * As {@link #source()}, for somebody who looks at some more fields of every event.
   *
   * @param more as {@link LogSource#field} takes them
   */
  public LogSource sourceFor(List<String> more) {
    return index.readsAll()
        ? wide
        : wide.focusedOn(Stream.concat(lookedAt.stream(), more.stream()).toList());
  }

  /**
   * The log source, reading of each event at once only what decides whether it matches. What
   * matches is read whole in any case, so that the fields of correlations are not among it.
   */
  public LogSource source() {
    return source;
  }

  /** A log source of the pack, which reads at once only what the pack's rules look at. */
  public static LogSource focused(RulePack pack, String source) {
    return new RuleMatcher(pack.sources().byId(source).orElseThrow(), RuleSet.ofChecked(pack))
        .source();
  }

  /** Which detection rules of the set are dear, and why; in the order of the set. */
  public static List<Remark> remarks(RuleSet set) {
    List<Remark> remarks = new ArrayList<>();
    for (DetectionPlan plan : set.detections()) {
      String id = plan.rule().header().id();
      Predicate predicate = plan.rule().predicate();
      Anchors.whyNone(predicate, set.fields())
          .ifPresent(why -> remarks.add(new Remark(id, Remark.Kind.ALWAYS_EVALUATED, why)));
      for (String keyword : Anchors.shortKeywords(predicate, SHORT_KEYWORD)) {
        remarks.add(new Remark(id, Remark.Kind.SHORT_KEYWORD, keyword));
      }
    }
    return remarks;
  }

  /**
   * What an event matches.
   *
   * @param rules in the order of the set
   * @param view the event's values; where no rule matches, only until the next event
   */
  public record Result(List<DetectionPlan> rules, EventView view) {}

  public Result match(Event event) {
    EventView view = spare;
    if (view == null) {
      view = views.of(event);
    } else {
      view.moveTo(event);
    }
    List<DetectionPlan> matched = List.of();
    Candidates candidates = index.find(event, view);
    for (int rule = candidates.poll(); rule >= 0; rule = candidates.poll()) {
      if (predicates[rule].test(view)) {
        matched = matched.isEmpty() ? new ArrayList<>() : matched;
        matched.add(rules[rule]);
      }
    }
    spare = matched.isEmpty() ? view : null;
    return new Result(matched, view);
  }
}
