package io.vigie.tests;

import io.vigie.feed.KafkaFeed;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Sends records in the background, as fast as a busy source does, whatever happens meanwhile. At
 * the end it repeats the newest event, in every partition: no source that works is silent, and
 * nobody shall have to wait until silence counts as idleness.
 */
final class Feeding implements AutoCloseable {
  private static final int AT_ONCE = 200;
  private static final int PAUSE_MS = 50;
  private static final int SIGN_OF_LIFE_MS = 500;

  private final List<byte[]> records;
  private final byte[] newest;
  private final KafkaFeed feed;

  /** Kafka fills a batch of one partition before it turns to another; these batches are full. */
  private final KafkaFeed signsOfLife;

  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final Thread thread;
  private int limit;
  private int sent;

  private Feeding(String bootstrap, Story story) {
    this.records = story.records();
    this.newest = story.newest();
    this.feed = new KafkaFeed(bootstrap, Map.of("max.block.ms", "120000"));
    this.signsOfLife =
        new KafkaFeed(bootstrap, Map.of("max.block.ms", "120000", "batch.size", "1"));
    this.thread = new Thread(this::run, "feeding");
  }

  static Feeding start(Servers servers, Story story) {
    Feeding feeding = new Feeding(servers.kafka.bootstrapServers(), story);
    feeding.thread.start();
    return feeding;
  }

  private void run() {
    try {
      while (sent < records.size()) {
        int until = awaitLeave();
        for (byte[] record : records.subList(sent, until)) {
          feed.send("aws.cloudtrail", record);
        }
        arrivedAt(until);
        Thread.sleep(PAUSE_MS);
      }
      feed.flush();
      end.complete(null);
      while (true) {
        signsOfLife.send("aws.cloudtrail", newest);
        Thread.sleep(SIGN_OF_LIFE_MS);
      }
    } catch (InterruptedException | RuntimeException e) {
      end.completeExceptionally(e);
    }
  }

  private synchronized int awaitLeave() throws InterruptedException {
    while (sent == limit) {
      wait();
    }
    return Math.min(limit, sent + AT_ONCE);
  }

  private synchronized void arrivedAt(int position) {
    sent = position;
    notifyAll();
  }

  /** Sends so many records and no more, and returns when Kafka has them. */
  void upTo(int position) throws InterruptedException {
    goOnTo(position);
    awaitPosition();
  }

  /** Sends so many records and no more, in the background. */
  synchronized void goOnTo(int position) {
    limit = position;
    notifyAll();
  }

  /** Waits until Kafka has what was asked for. */
  void awaitPosition() throws InterruptedException {
    synchronized (this) {
      while (sent < limit && thread.isAlive()) {
        wait(1_000);
      }
    }
    feed.flush();
  }

  /** Goes on with all the rest, in the background. */
  void goOn() {
    goOnTo(records.size());
  }

  /** Waits until Kafka has all. */
  void awaitEnd() throws InterruptedException, ExecutionException {
    end.get();
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join(TimeUnit.SECONDS.toMillis(30));
    feed.close();
    signsOfLife.close();
  }
}
