package io.vigie.topic;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that reads topics on, a round each second, for as long as somebody holds on to what it
 * reads them into.
 */
public final class TopicFollower {
  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);

  /** How often topics are asked for more, and with it whether Kafka answers at all. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final String what;
  private final Semaphore bell = new Semaphore(0);
  private volatile long lastContact;
  private volatile long readAt = Long.MIN_VALUE;

  // Guarded by this.
  private long asked;
  private long answered;
  private long lastSign = System.nanoTime();
  private String failure = "";

  /** Reads, and says what it reads to whom it is given. It must not hold that itself. */
  public interface Rounds<T> extends AutoCloseable {
    /**
     * Reads all that the topics hold now.
     *
     * @param heard is to be called whenever Kafka has answered
     * @throws RuntimeException when Kafka does not answer; the next round goes on from there
     */
    void read(T into, Runnable heard);

    /** Is called after each round in which all was read. */
    default void afterwards(T into) {}

    @Override
    void close();
  }

  /**
   * @param what is followed, in the plural, for messages
   */
  public TopicFollower(String what) {
    this.what = what;
  }

  /**
   * Begins.
   *
   * @param into holds this object, and keeps the thread going by being held itself
   */
  public <T> void start(T into, Rounds<T> rounds) {
    WeakReference<T> followed = new WeakReference<>(into);
    Thread thread = new Thread(() -> run(followed, rounds), what);
    thread.setDaemon(true);
    thread.start();
  }

  private <T> void run(WeakReference<T> followed, Rounds<T> rounds) {
    try {
      Duration pause = Duration.ZERO;
      do {
        bell.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        bell.drainPermits();
        pause = round(followed, rounds, pause);
      } while (!pause.isZero());
    } catch (InterruptedException e) {
      LOG.info("{} are no longer followed: interrupted", what);
    } finally {
      rounds.close();
    }
  }

  /** How long to wait for the next round; zero where nobody wants one. */
  private <T> Duration round(WeakReference<T> followed, Rounds<T> rounds, Duration pause) {
    T into = followed.get();
    if (into == null) {
      return Duration.ZERO;
    }
    if (readOn(into, rounds)) {
      return PAUSE;
    }
    Duration longer = pause.isZero() ? PAUSE : pause.multipliedBy(2);
    return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  private <T> boolean readOn(T into, Rounds<T> rounds) {
    long all = asked();
    long begun = System.currentTimeMillis();
    try {
      rounds.read(into, this::heard);
      readAt = begun;
      answer(all);
      rounds.afterwards(into);
      return true;
    } catch (RuntimeException | Error e) {
      fail(e);
      return false;
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
      LOG.warn("{} cannot be followed, and are tried again: {}", what, told, e);
      failure = told;
    }
  }

  /** When Kafka last answered, on the wall clock in milliseconds. */
  public long lastContact() {
    return lastContact;
  }

  /** Up to when, on the wall clock in milliseconds, all is read that the topics were given. */
  public long readAt() {
    return readAt;
  }

  /** Asks for a round now. */
  public void ring() {
    bell.release();
  }

  /**
   * Waits until all is read that the topics hold now.
   *
   * @throws IllegalStateException when Kafka has not answered for a minute
   */
  public synchronized void readToEnd() {
    long mine = ++asked;
    lastSign = System.nanoTime();
    bell.release();
    while (answered < mine) {
      long left = PATIENCE.toMillis() - (System.nanoTime() - lastSign) / 1_000_000;
      if (left <= 0) {
        throw new IllegalStateException(
            what
                + " cannot be read"
                + (failure.isEmpty() ? ": Kafka does not answer" : ": " + failure));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while it reads " + what, e);
      }
    }
  }
}
