package io.vigie.release;

import io.vigie.correlation.CheckedRules;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Releases in the order in which they were said. A release takes effect at the time that it was
 * published for, but not before the release before it has: the order of numbers is that of times.
 */
public final class ReleaseLog implements Releases {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final RulePack initial;
  private final List<Said> said = new ArrayList<>();
  private final List<CompiledLate> rules = new ArrayList<>();

  /** Most files are the same in all releases, and are kept once. */
  private final Map<RulePack.File, RulePack.File> files = new HashMap<>();

  private volatile List<Release> known;

  /**
   * @param initial the rules that the job was started with; all others are about the same log
   *     sources
   */
  public ReleaseLog(RulePack initial) {
    this(initial, CheckedRules::of);
  }

  ReleaseLog(RulePack initial, BiFunction<RulePack, Problems, RuleSet> reader) {
    this.initial = initial;
    CompiledLate first = CompiledLate.first(initial, new CompiledLate.Compiler(reader));
    rules.add(first);
    known = List.of(new Release(0, "", Long.MIN_VALUE, first));
    initial.files().forEach(file -> files.put(file, file));
  }

  /** Takes what was said next. */
  public synchronized void add(Said next) {
    Said kept = new Said(next.id(), shared(next.publication()), next.fault());
    Release before = known.get(known.size() - 1);
    int number = before.number() + 1;
    long from = Math.max(kept.publication().from().toEpochMilli(), before.from() + 1);
    CompiledLate compiled =
        rules
            .get(rules.size() - 1)
            .then(
                "release " + number,
                new RulePack(kept.publication().files(), initial.sources()),
                kept.fault());
    said.add(kept);
    rules.add(compiled);
    List<Release> more = new ArrayList<>(known);
    more.add(new Release(number, kept.publication().version(), from, compiled));
    known = List.copyOf(more);
    notifyAll();
  }

  private Publication shared(Publication publication) {
    return new Publication(
        publication.version(),
        publication.from(),
        publication.published(),
        publication.files().stream()
            .map(file -> Optional.ofNullable(files.putIfAbsent(file, file)).orElse(file))
            .toList());
  }

  /** What was said by that number, from 1; refused or not. */
  public synchronized Said said(int number) {
    return said.get(number - 1);
  }

  @Override
  public List<Release> known() {
    return known;
  }

  @Override
  public int count() {
    return known.size();
  }

  @Override
  public Release numbered(int number) {
    List<Release> all = known;
    if (number < 0 || number >= all.size()) {
      throw new IllegalStateException("release " + number + " is not known");
    }
    return all.get(number);
  }

  @Override
  public synchronized void await(int count) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (known.size() < count) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new IllegalStateException(
            "another process knows %d releases of the rules, this one %d"
                .formatted(count, known.size()));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while it waits for a release", e);
      }
    }
  }

  /** Whoever fills the log knows better. */
  @Override
  public long lastContact() {
    return Long.MAX_VALUE;
  }

  @Override
  public synchronized List<RefusedRelease> refused() {
    List<RefusedRelease> refused = new ArrayList<>();
    for (Release release : known) {
      List<String> reasons = rules.get(release.number()).knownReasons();
      if (!reasons.isEmpty()) {
        refused.add(
            new RefusedRelease(release.number(), release.version(), release.from(), reasons));
      }
    }
    return refused;
  }
}
