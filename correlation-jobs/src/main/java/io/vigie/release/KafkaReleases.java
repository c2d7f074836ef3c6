package io.vigie.release;

import io.vigie.rules.RulePack;
import io.vigie.topic.Shared;
import io.vigie.topic.TopicFollower;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
  private static final Shared<ReleasesHandle, KafkaReleases> OPEN = new Shared<>();

  private final ReleaseLog log;
  private final TopicFollower follower = new TopicFollower("the releases of the rules");

  private KafkaReleases(RulePack initial) {
    this.log = new ReleaseLog(initial);
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
    KafkaReleases releases = new KafkaReleases(initial);
    releases.follower.start(releases, new ReadTopic(topic));
    return releases;
  }

  /** Adds what the topic says to the log, and compiles ahead. */
  private static final class ReadTopic implements TopicFollower.Rounds<KafkaReleases> {
    private final RulesTopic topic;
    private int lookedAt;

    private ReadTopic(RulesTopic topic) {
      this.topic = topic;
    }

    @Override
    public void read(KafkaReleases into, Runnable heard) {
      topic.read(into.log::add, heard);
    }

    /**
     * Compiles the next release that decides now or later, so that nobody has to wait when its time
     * comes, and what is wrong with it is known before. One in a round: Kafka is to be heard
     * between.
     */
    @Override
    public void afterwards(KafkaReleases into) {
      int next = Math.max(lookedAt + 1, into.log.at(System.currentTimeMillis()).number());
      if (next < into.log.count()) {
        Release release = into.log.numbered(next);
        LOG.info(
            "release {} of the rules '{}' is to decide from {}",
            next,
            release.version(),
            Instant.ofEpochMilli(release.from()));
        lookedAt = next;
        release.rules();
      }
    }

    @Override
    public void close() {
      topic.close();
    }
  }

  /** Waits until all is read that the topic holds now. */
  void readToEnd() {
    follower.readToEnd();
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
      follower.ring();
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
    return follower.lastContact();
  }
}
