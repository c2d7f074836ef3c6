package io.vigie.correlation;

import io.vigie.rules.RuleSet.CorrelationPlan;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one rule from stopping all others: a rule that throws, or costs more than its {@link
 * RuleBudgets}, is paused. One breaker watches all rules of one subtask, on its thread.
 *
 * <p>Busy is not broken: after a pause of the job the rules catch up, and one that takes all the
 * time of the subtask for a while does what it is there for. So time alone pauses no rule. It must
 * also be dear for each match, and slower than the events themselves: a rule that passes an hour of
 * events in ten seconds of work could keep up with them, a rule that passes one second could not.
 * Time is that of the processor, so that a machine that is short of processors, or collects
 * garbage, blames no rule for it.
 */
public final class RuleBreaker {
  private static final int SLOTS = (int) RuleBudgets.PERIOD.toSeconds();
  private static final long SLOT = Duration.ofSeconds(1).toNanos();

  /** Shorter stretches of work are taken as the clock on the wall has them: that is cheap. */
  private static final long FINE = Duration.ofMillis(1).toNanos();

  /** A long stretch of work is looked at so often. */
  private static final long LOOK = Duration.ofMillis(10).toNanos();

  private static final long FAR = Duration.ofDays(365).toMillis();
  private static final int MAX_DETAIL = 300;

  private final RuleBudgets budgets;
  private final LongSupplier wall;
  private final LongSupplier processor;
  private final TreeMap<String, Pause> paused = new TreeMap<>();
  private long processorSeen;

  /**
   * @param wall nanoseconds of a clock that only moves forward
   * @param processor nanoseconds that this thread has run; negative where nobody knows
   */
  public RuleBreaker(RuleBudgets budgets, LongSupplier wall, LongSupplier processor) {
    this.budgets = budgets;
    this.wall = wall;
    this.processor = processor;
    this.processorSeen = processor.getAsLong();
  }

  /** With the clocks of this machine, for the thread that calls it. */
  public static RuleBreaker of(RuleBudgets budgets) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return new RuleBreaker(
        budgets,
        System::nanoTime,
        threads.isCurrentThreadCpuTimeSupported() ? threads::getCurrentThreadCpuTime : () -> -1);
  }

  /** The pauses in force, to be saved. */
  public List<Pause> paused() {
    return List.copyOf(paused.values());
  }

  /** What was saved. Where several subtasks have paused a rule, the newest release counts. */
  public void restore(Collection<Pause> saved) {
    saved.forEach(
        pause ->
            paused.merge(
                pause.rule(),
                pause,
                (one, other) -> one.release() < other.release() ? other : one));
  }

  /**
   * Whether the rule is paused in that release. In a newer one than that in which it was paused it
   * runs again.
   */
  public boolean isPaused(String rule, int release) {
    Pause pause = paused.get(rule);
    return pause != null && release <= pause.release();
  }

  /** The rule runs again, in a newer release. */
  public void resume(String rule) {
    paused.remove(rule);
  }

  /**
   * Pauses a rule whose window has thrown.
   *
   * @param release number of the release in force
   */
  public Pause pause(RulePaused thrown, int release) {
    Pause pause = new Pause(thrown.rule(), release, thrown.at(), thrown.reason(), thrown.detail());
    restore(List.of(pause));
    return pause;
  }

  /**
   * Opens a window and watches it from then on: its methods that decide throw {@link RulePaused}
   * when the rule must not go on.
   *
   * @param opening takes what the window tells between the rows that it feeds
   */
  RuleWindow watch(Function<Guard, RuleWindow> opening) {
    Meter meter = new Meter();
    return new Watched(meter, opening.apply(meter));
  }

  /** What this thread has worked, by the clock that is cheap enough. */
  private long worked(long from, long to) {
    long elapsed = to - from;
    if (elapsed < FINE) {
      return elapsed;
    }
    long seen = processor.getAsLong();
    long ran = seen < 0 ? elapsed : seen - processorSeen;
    processorSeen = seen;
    return Math.min(elapsed, ran);
  }

  /** What one window has cost in the last seconds. */
  private final class Meter implements Guard {
    private final long[] nanos = new long[SLOTS];
    private final long[] matches = new long[SLOTS];
    private final long[] passed = new long[SLOTS];
    private long second = Long.MIN_VALUE;
    private long since;
    private long clock = Long.MIN_VALUE;

    void start() {
      since = wall.getAsLong();
    }

    /** What was worked since the start, or since this was asked last, goes into its second. */
    void stop() {
      long now = wall.getAsLong();
      long worked = worked(since, now);
      since = now;
      nanos[slot(now)] += worked;
    }

    private int slot(long now) {
      long current = Math.floorDiv(now, SLOT);
      if (second == Long.MIN_VALUE || current - second >= SLOTS) {
        clear(0, SLOTS);
      } else {
        for (long next = second + 1; next <= current; next++) {
          int slot = Math.floorMod(next, SLOTS);
          clear(slot, slot + 1);
        }
      }
      second = current;
      return Math.floorMod(current, SLOTS);
    }

    private void clear(int from, int to) {
      Arrays.fill(nanos, from, to, 0);
      Arrays.fill(matches, from, to, 0);
      Arrays.fill(passed, from, to, 0);
    }

    @Override
    public void moved(long time) {
      if (clock != Long.MIN_VALUE && time > clock) {
        passed[slot(wall.getAsLong())] += Math.min(FAR, time - clock);
      }
      if (time != Long.MAX_VALUE) {
        clock = time;
      }
      lookNowAndThen(wall.getAsLong());
    }

    @Override
    public int openPatterns() {
      return budgets.matches();
    }

    private void lookNowAndThen(long now) {
      if (now - since >= LOOK) {
        stop();
        look();
      }
    }

    @Override
    public void fed(int rows) {
      if (rows > budgets.rows()) {
        throw new BudgetExceeded(
            Pause.Reason.ROWS,
            "one match satisfied " + rows + " rows, more than " + budgets.rows());
      }
      long now = wall.getAsLong();
      matches[slot(now)]++;
      lookNowAndThen(now);
    }

    /**
     * The rule is too slow where all three are so: it takes much of the time, much for a match, and
     * more than the events leave it.
     */
    void look() {
      long worked = Arrays.stream(nanos).sum();
      long limit = budgets.time().toNanos();
      if (worked < limit) {
        return;
      }
      long fed = Arrays.stream(matches).sum();
      double passedNanos = Arrays.stream(passed).sum() * 1e6;
      double share = (double) limit / RuleBudgets.PERIOD.toNanos();
      if (worked >= fed * budgets.perMatch().toNanos() && worked >= passedNanos * share) {
        throw new BudgetExceeded(
            Pause.Reason.TIME,
            "it took %d ms of the last %d s for %d matches in %d ms of events"
                .formatted(
                    worked / 1_000_000,
                    RuleBudgets.PERIOD.toSeconds(),
                    fed,
                    Arrays.stream(passed).sum()));
      }
    }

    void holds(int size) {
      if (size > budgets.matches()) {
        throw new BudgetExceeded(
            Pause.Reason.MATCHES, "it kept " + size + " matches, more than " + budgets.matches());
      }
    }
  }

  /** A window under watch. What it does to the journal is not its own doing. */
  private static final class Watched implements RuleWindow {
    private final Meter meter;
    private final RuleWindow window;

    private Watched(Meter meter, RuleWindow window) {
      this.meter = meter;
      this.window = window;
    }

    private <T> T watched(Supplier<T> work) {
      meter.start();
      try {
        T done = work.get();
        meter.stop();
        meter.look();
        meter.holds(window.size());
        return done;
      } catch (RuntimeException | StackOverflowError e) {
        throw paused(rootOf(e));
      }
    }

    /** Esper wraps what statements throw. */
    private static Throwable rootOf(Throwable thrown) {
      Throwable cause = thrown;
      while (cause.getCause() != null && cause.getCause() != cause) {
        cause = cause.getCause();
      }
      return cause;
    }

    private RulePaused paused(Throwable cause) {
      return cause instanceof BudgetExceeded exceeded
          ? new RulePaused(id(), meter.clock, exceeded.reason(), String.valueOf(cause.getMessage()))
          : new RulePaused(id(), meter.clock, Pause.Reason.FAILED, described(cause));
    }

    private String id() {
      return window.plan().id();
    }

    private static String described(Throwable cause) {
      String message = cause.getMessage();
      String text = cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
      return text.length() > MAX_DETAIL ? text.substring(0, MAX_DETAIL) + "…" : text;
    }

    @Override
    public CorrelationPlan plan() {
      return window.plan();
    }

    @Override
    public List<Hit> feed(long time, List<Match> matches, long shift) {
      return watched(() -> window.feed(time, matches, shift));
    }

    @Override
    public List<Hit> advance(long watermark, long shift) {
      return watched(() -> window.advance(watermark, shift));
    }

    @Override
    public List<Match> behind(Hit hit, @Nullable Episode before) {
      return watched(() -> window.behind(hit, before));
    }

    @Override
    public long gap() {
      return window.gap();
    }

    @Override
    public boolean isCorrelationStep(int step) {
      return window.isCorrelationStep(step);
    }

    @Override
    public int size() {
      return window.size();
    }

    @Override
    public List<Match> matches() {
      return window.matches();
    }

    @Override
    public List<Match> matchesOf(String key) {
      return window.matchesOf(key);
    }

    @Override
    public boolean canWarm(CorrelationPlan other) {
      return window.canWarm(other);
    }

    @Override
    public RuleWindow as(CorrelationPlan same) {
      return new Watched(meter, window.as(same));
    }

    @Override
    public boolean remembersFor(CorrelationPlan other) {
      return window.remembersFor(other);
    }

    @Override
    public void forget(Journal journal) {
      window.forget(journal);
    }

    @Override
    public void recall(Match memory) {
      window.recall(memory);
    }

    @Override
    public void expire(long time, long shift, Journal journal) {
      window.expire(time, shift, journal);
    }

    @Override
    public long nextShift(long time) {
      return window.nextShift(time);
    }

    @Override
    public void close() {
      window.close();
    }
  }
}
