package io.vigie.correlation;

import io.vigie.correlation.EplScope.Source;
import java.util.List;
import java.util.OptionalLong;

/** Which patterns a statement may wait for: bound to the group, and over within the timespan. */
final class EplPatterns {
  private static final long UNBOUNDED = Long.MAX_VALUE;

  private final EplRefusals refusals;
  private final EplStreams streams;
  private final long timespan;

  /**
   * @param timespan milliseconds
   */
  EplPatterns(EplRefusals refusals, EplStreams streams, long timespan) {
    this.refusals = refusals;
    this.streams = streams;
    this.timespan = timespan;
  }

  /** Adds the steps of the pattern to the scope, and says whether the stream has a window. */
  boolean check(EplNode stream, EplScope scope) {
    refusals.allowOnly(stream, "expression", "views", "retainIntersection");
    long life = stream.child("expression").map(pattern -> pattern(pattern, scope)).orElse(0L);
    OptionalLong window = streams.window(stream.list("views"), List.of());
    if (life == UNBOUNDED) {
      refusals.add(
          "PATTERN_UNBOUNDED",
          "pattern",
          "a step of the pattern may wait for ever",
          "write (…) where timer:within(…) around each step behind ->");
    } else if (sum(life, window.orElse(0)) > timespan) {
      refusals.add(
          "TIME_TOO_LONG",
          "pattern",
          "the pattern's times are together longer than the timespan of "
              + timespan
              + " milliseconds",
          "shorten them, or lengthen the timespan");
    }
    return window.isPresent();
  }

  /** How long after its first event a pattern may still hold, in milliseconds. */
  private long pattern(EplNode pattern, EplScope scope) {
    List<EplNode> steps =
        pattern.is("PatternFollowedByExpr") ? pattern.children() : List.of(pattern);
    if (pattern.is("PatternFollowedByExpr")) {
      refusals.allowOnly(pattern, "children");
    }
    EplNode first = steps.isEmpty() ? pattern : steps.get(0);
    if (!first.is("PatternEveryExpr")
        || first.children().size() != 1
        || !first.children().get(0).is("PatternFilterExpr")) {
      unknownUnlessPattern(first);
      refusals.add(
          "PATTERN_START",
          "pattern",
          "a pattern that does not begin with each event anew depends on all history",
          "begin with every a=stream ->");
      return 0;
    }
    refusals.allowOnly(first, "children");
    step(first.children().get(0), scope, false, true);
    long life = 0;
    for (EplNode step : steps.subList(1, steps.size())) {
      life = sum(life, life(step, scope, true));
    }
    return life;
  }

  /** A form that is refused anyhow is named; the others are known, but not at the beginning. */
  private void unknownUnlessPattern(EplNode node) {
    if (EplRefusals.isNamed(node)) {
      refusals.unknown(node);
    }
    node.below().forEach(this::unknownUnlessPattern);
  }

  private static long sum(long a, long b) {
    return a > UNBOUNDED - b ? UNBOUNDED : a + b;
  }

  /** How long after its beginning a part of a pattern may still wait. */
  private long life(EplNode part, EplScope scope, boolean certain) {
    return switch (part.type()) {
      case "PatternFilterExpr" -> {
        step(part, scope, true, certain);
        yield UNBOUNDED;
      }
      case "PatternEveryExpr" -> {
        repeated(part, scope, certain);
        yield UNBOUNDED;
      }
      case "PatternGuardExpr" -> guarded(part, scope, certain);
      case "PatternObserverExpr" -> observed(part);
      case "PatternFollowedByExpr" -> {
        refusals.allowOnly(part, "children");
        yield part.children().stream()
            .mapToLong(child -> life(child, scope, certain))
            .reduce(0, EplPatterns::sum);
      }
      case "PatternOrExpr" -> {
        refusals.allowOnly(part, "children");
        yield part.children().stream()
            .mapToLong(child -> life(child, scope, false))
            .reduce(0, Math::max);
      }
      case "PatternAndExpr" -> all(part, scope, certain);
      case "PatternNotExpr" -> {
        refusals.add("NOT_ALONE", "not", "not stands alone", "write timer:interval(…) and not …");
        yield 0;
      }
      default -> {
        refusals.unknown(part);
        yield 0;
      }
    };
  }

  private void repeated(EplNode every, EplScope scope, boolean certain) {
    refusals.allowOnly(every, "children");
    for (EplNode child : every.children()) {
      if (child.is("PatternFilterExpr")) {
        step(child, scope, true, certain);
      } else {
        unknownUnlessPattern(child);
        refusals.add(
            "EVERY_PART", "every", "every repeats more than one event", "put it before a stream");
      }
    }
  }

  private long guarded(EplNode guard, EplScope scope, boolean certain) {
    refusals.allowOnly(guard, "children", "guarded", "namespace", "name", "parameters");
    long inner =
        guard.children().stream()
            .mapToLong(child -> life(child, scope, certain))
            .reduce(0, Math::max);
    if (!guard.text("namespace").equals("timer") || !guard.text("name").equals("within")) {
      refusals.add(
          "GUARD",
          guard.text("name"),
          "the guard '" + guard.text("namespace") + ":" + guard.text("name") + "' is not allowed",
          "write where timer:within(…)");
      return 0;
    }
    return Math.min(inner, streams.duration(guard.list("parameters"), "timer:within"));
  }

  private long observed(EplNode observer) {
    refusals.allowOnly(observer, "namespace", "name", "parameters");
    if (!observer.text("namespace").equals("timer") || !observer.text("name").equals("interval")) {
      refusals.add(
          "OBSERVER",
          observer.text("namespace") + ":" + observer.text("name"),
          "the observer '"
              + observer.text("namespace")
              + ":"
              + observer.text("name")
              + "' is not allowed",
          "write timer:interval(…)");
      return 0;
    }
    return streams.duration(observer.list("parameters"), "timer:interval");
  }

  private long all(EplNode and, EplScope scope, boolean certain) {
    refusals.allowOnly(and, "children");
    long life = 0;
    int positive = 0;
    for (EplNode child : and.children()) {
      if (child.is("PatternNotExpr")) {
        refusals.allowOnly(child, "children");
        for (EplNode absent : child.children()) {
          if (absent.is("PatternFilterExpr")) {
            step(absent, scope, true, false);
          } else {
            unknownUnlessPattern(absent);
            refusals.add(
                "NOT_PART", "not", "not is for one stream", "write and not a(…) and not b(…)");
          }
        }
      } else {
        positive++;
        life = Math.max(life, life(child, scope, certain));
      }
    }
    if (positive == 0) {
      refusals.add("NOT_ALONE", "not", "not stands alone", "write timer:interval(…) and not …");
    }
    return life;
  }

  private void step(EplNode step, EplScope scope, boolean later, boolean certain) {
    refusals.allowOnly(step, "filter", "tagName");
    List<Source> earlier = List.copyOf(scope.sources());
    Source source =
        streams.filter(
            step.child("filter"),
            step.text("tagName"),
            scope,
            certain,
            !step.text("tagName").isEmpty());
    if (!later) {
      return;
    }
    EplScope inside = new EplScope(List.of(source), new EplScope(earlier, null));
    step.child("filter").flatMap(filter -> filter.child("filter")).ifPresent(inside::bind);
    if (!inside.isBound(source)) {
      refusals.add(
          "UNKEYED_STEP",
          source.alias(),
          "the step '" + source.alias() + "' is not bound to the group",
          "write " + source.alias() + "(g = a.g), where a is the first step");
    }
  }
}
