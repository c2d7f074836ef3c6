package io.vigie.release;

import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of a release, compiled when somebody asks; those of the release before where its own
 * have errors. The verdict follows from the pack, and is kept. The rules are kept while somebody
 * uses them; of those that nobody uses only the few that were compiled last are.
 */
final class CompiledLate implements Release.Rules {
  private static final Logger LOG = LoggerFactory.getLogger(CompiledLate.class);
  private static final int MAX_REASONS = 50;

  private final String name;
  private final RulePack pack;
  private final @Nullable CompiledLate before;
  private final Compiler compiler;
  private volatile @Nullable List<String> reasons;
  private volatile WeakReference<RuleSet> compiled = new WeakReference<>(null);

  /** Compiles packs, and holds what it compiled last: who asks once may ask again soon. */
  static final class Compiler {
    static final int HELD = 4;

    private final BiFunction<RulePack, Problems, RuleSet> read;
    private final Deque<RuleSet> latest = new ArrayDeque<>();

    Compiler(BiFunction<RulePack, Problems, RuleSet> read) {
      this.read = read;
    }

    private RuleSet read(RulePack pack, Problems problems) {
      return read.apply(pack, problems);
    }

    private synchronized void hold(RuleSet rules) {
      latest.addLast(rules);
      if (latest.size() > HELD) {
        latest.removeFirst();
      }
    }
  }

  /** The rules that a job is started with: those are never refused. */
  static CompiledLate first(RulePack pack, Compiler compiler) {
    return new CompiledLate("release 0", pack, null, List.of(), compiler);
  }

  /**
   * What replaces these rules.
   *
   * @param name for messages
   * @param fault why there is nothing to compile; empty where there is
   */
  CompiledLate then(String name, RulePack pack, String fault) {
    CompiledLate next = new CompiledLate(name, pack, this, null, compiler);
    if (!fault.isEmpty()) {
      next.refuse(List.of(fault));
    }
    return next;
  }

  private CompiledLate(
      String name,
      RulePack pack,
      @Nullable CompiledLate before,
      @Nullable List<String> reasons,
      Compiler compiler) {
    this.name = name;
    this.pack = pack;
    this.before = before;
    this.reasons = reasons;
    this.compiler = compiler;
  }

  @Override
  public RulePack pack() {
    return sound().pack;
  }

  @Override
  public RuleSet set() {
    CompiledLate sound = sound();
    RuleSet known = sound.compiled.get();
    return known == null ? Objects.requireNonNull(sound.compile()) : known;
  }

  /** Why it is refused; empty where it is not, or nobody has looked yet. */
  List<String> knownReasons() {
    List<String> known = reasons;
    return known == null ? List.of() : known;
  }

  private CompiledLate sound() {
    CompiledLate each = this;
    while (each.before != null && each.isRefused()) {
      each = each.before;
    }
    return each;
  }

  private boolean isRefused() {
    if (reasons == null) {
      compile();
    }
    return !knownReasons().isEmpty();
  }

  /** Null where it is refused. */
  private synchronized @Nullable RuleSet compile() {
    RuleSet known = compiled.get();
    if (known != null || !knownReasons().isEmpty()) {
      return known;
    }
    Problems problems = new Problems();
    RuleSet rules = read(problems);
    if (rules == null || (before != null && problems.hasErrors())) {
      List<String> errors = problems.errors().stream().map(Problem::toString).toList();
      refuse(errors);
      return null;
    }
    compiler.hold(rules);
    compiled = new WeakReference<>(rules);
    reasons = List.of();
    return rules;
  }

  /** Null where reading breaks down, which is a fault of ours and must not end the job. */
  private @Nullable RuleSet read(Problems problems) {
    try {
      return compiler.read(pack, problems);
    } catch (RuntimeException | StackOverflowError e) {
      if (before == null) {
        throw e;
      }
      LOG.error("{} cannot be read", name, e);
      problems.of(name).error(Place.START, "CANNOT_READ", "reading it breaks down: " + e, "");
      return null;
    }
  }

  private void refuse(List<String> why) {
    List<String> told = new ArrayList<>(why.subList(0, Math.min(MAX_REASONS, why.size())));
    if (why.size() > MAX_REASONS) {
      told.add("and " + (why.size() - MAX_REASONS) + " more");
    }
    reasons = List.copyOf(told);
    LOG.error("{} is refused, the rules before it go on:\n{}", name, String.join("\n", told));
  }
}
