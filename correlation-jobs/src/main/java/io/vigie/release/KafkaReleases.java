package io.vigie.release;

import io.vigie.rules.RulePack;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The releases that lie in a topic of Kafka, read on by a thread for as long as somebody holds on
 * to this object: release 0 is the pack that the job was started with, the others follow in the
 * order of the topic, the same in every process.
 */
public final class KafkaReleases implements Releases {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaReleases.class);
  private static final Shared<KafkaReleases> OPEN = new Shared<>();

  /** How often the topic is asked for more, and with it whether Kafka answers at all. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ReleaseLog log;
  private final Semaphore bell;
  private volatile long lastContact;

  // Of the thread.
  private int lookedAt;

  // Guarded by this.
  private long asked;
  private long answered;
  private long lastSign = System.nanoTime();
  private String failure = "";

  private KafkaReleases(RulePack initial, Semaphore bell) {
    this.log = new ReleaseLog(initial);
    this.bell = bell;
  }

  /**
   * The releases of a topic with all that it holds now. All who open equal handles get the same
   * object.
   *
   * @param initial the rules that the job was started with
   * @param properties of Kafka's clients, at least {@code bootstrap.servers}; asked whenever a
   *     client is made
   * @throws IllegalStateException when Kafka has not answered for a minute
   */
  public static KafkaReleases open(
      ReleasesHandle handle,
      RulePack initial,
      String topic,
      Supplier<Map<String, String>> properties) {
    KafkaReleases releases =
        OPEN.get(handle, () -> follow(initial, new RulesTopic(properties, topic)));
    releases.readToEnd();
    return releases;
  }

  /** Begins to follow a topic; knows nothing but the first release yet. */
  static KafkaReleases follow(RulePack initial, RulesTopic topic) {
    Semaphore bell = new Semaphore(0);
    KafkaReleases releases = new KafkaReleases(initial, bell);
    Thread thread =
        new Thread(new Follower(new WeakReference<>(releases), topic, bell), "releases of rules");
    thread.setDaemon(true);
    thread.start();
    return releases;
  }

  /** Must not hold the releases between two rounds, or they would never go. */
  private record Follower(WeakReference<KafkaReleases> followed, RulesTopic topic, Semaphore bell)
      implements Runnable {
    @Override
    public void run() {
      try {
        Duration pause = Duration.ZERO;
        do {
          bell.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
          bell.drainPermits();
          pause = round(pause);
        } while (!pause.isZero());
      } catch (InterruptedException e) {
        LOG.info("no longer follows the releases of rules: interrupted");
      } finally {
        topic.close();
      }
    }

    /** How long to wait for the next round; zero where nobody wants one. */
    private Duration round(Duration pause) {
      KafkaReleases releases = followed.get();
      if (releases == null) {
        return Duration.ZERO;
      }
      if (releases.readOn(topic)) {
        return PAUSE;
      }
      Duration longer = pause.isZero() ? PAUSE : pause.multipliedBy(2);
      return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }
  }

  private boolean readOn(RulesTopic topic) {
    long all = asked();
    try {
      topic.read(log::add, this::heard);
      answer(all);
      lookAhead();
      return true;
    } catch (RuntimeException | Error e) {
      fail(e);
      return false;
    }
  }

  /**
   * Compiles the next release that decides now or later, so that nobody has to wait when its time
   * comes, and what is wrong with it is known before. One in a round: Kafka is to be heard between.
   */
  private void lookAhead() {
    int next = Math.max(lookedAt + 1, log.at(System.currentTimeMillis()).number());
    if (next < log.count()) {
      Release release = log.numbered(next);
      LOG.info(
          "release {} of the rules '{}' is to decide from {}",
          next,
          release.version(),
          Instant.ofEpochMilli(release.from()));
      lookedAt = next;
      release.rules();
    }
  }

  private synchronized long asked() {
    return asked;
  }

  private synchronized void heard() {
    lastContact = System.currentTimeMillis();
    lastSign = System.nanoTime();
  }

  private synchronized void answer(long upTo) {
    answered = upTo;
    failure = "";
    notifyAll();
  }

  private synchronized void fail(Throwable e) {
    String told = String.valueOf(e.getMessage());
    if (!told.equals(failure)) {
      LOG.warn("the releases of the rules cannot be followed, and are tried again: {}", told, e);
      failure = told;
    }
  }

  /** Waits until all is read that the topic holds now. */
  synchronized void readToEnd() {
    long mine = ++asked;
    lastSign = System.nanoTime();
    bell.release();
    while (answered < mine) {
      long left = PATIENCE.toMillis() - (System.nanoTime() - lastSign) / 1_000_000;
      if (left <= 0) {
        throw new IllegalStateException(
            "the releases of the rules cannot be read"
                + (failure.isEmpty() ? ": Kafka does not answer" : ": " + failure));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while it reads the releases of rules", e);
      }
    }
  }

  @Override
  public List<Release> known() {
    return log.known();
  }

  @Override
  public int count() {
    return log.count();
  }

  @Override
  public void await(int count) {
    if (log.count() < count) {
      bell.release();
      log.await(count);
    }
  }

  @Override
  public Release numbered(int number) {
    return log.numbered(number);
  }

  @Override
  public List<RefusedRelease> refused() {
    return log.refused();
  }

  @Override
  public long lastContact() {
    return lastContact;
  }
}
