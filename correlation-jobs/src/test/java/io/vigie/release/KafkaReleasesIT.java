package io.vigie.release;

import static io.vigie.release.Published.NOON;
import static io.vigie.release.Published.file;
import static io.vigie.release.Published.pack;
import static io.vigie.release.Published.publication;
import static io.vigie.release.Published.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigie.embedded.EmbeddedKafka;
import io.vigie.rules.RulePack;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KafkaReleasesIT {
  private static final RulePack INITIAL = pack(rule("initial"));

  @TempDir static @Nullable Path folder;
  private static @Nullable EmbeddedKafka kafka;
  private static Map<String, String> properties = Map.of();

  private String topic = "";

  /** What leads to releases as a job's operators have it: each has its own copy. */
  private record Handle(RulePack initial, String topic) implements ReleasesHandle {
    @Override
    public KafkaReleases open() {
      return KafkaReleases.open(this, initial, topic, () -> properties);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(java.util.Objects.requireNonNull(folder), 0);
    properties = Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  @AfterAll
  static void stop() {
    java.util.Objects.requireNonNull(kafka).close();
  }

  @BeforeEach
  void nameTopic(TestInfo test) {
    topic = "vigie.rules." + test.getTestMethod().orElseThrow().getName();
  }

  private RulesTopic topic() {
    return new RulesTopic(() -> properties, topic);
  }

  /** As another process reads it: nothing is shared. */
  private KafkaReleases another() {
    KafkaReleases releases = KafkaReleases.follow(INITIAL, topic());
    releases.readToEnd();
    return releases;
  }

  private void publish(Publication publication) {
    try (RulesTopic publisher = topic()) {
      publisher.create();
      publisher.publish(publication);
    }
  }

  private static Iterable<String> rules(Release release) {
    return release.rules().headers().keySet();
  }

  private static Release newest(Releases releases) {
    return releases.known().get(releases.count() - 1);
  }

  @Test
  void topicThatIsNotThereHoldsNoReleaseAndIsFoundWhenItIsMade() {
    KafkaReleases releases = another();
    assertThat(releases.count()).isEqualTo(1);
    assertThat(rules(newest(releases))).containsExactly("initial");

    publish(publication("v1", NOON, rule("a")));
    releases.await(2);

    assertThat(rules(newest(releases))).containsExactly("a");
    assertThat(newest(releases).from()).isEqualTo(NOON.toEpochMilli());
  }

  @Test
  void whoFollowsAndWhoComesLaterKnowTheSameReleases() {
    publish(publication("v1", NOON, rule("a")));
    KafkaReleases follower = another();
    publish(publication("v2", NOON.plusSeconds(1), rule("a"), file("b", "name: b\n")));
    publish(large());
    follower.await(4);

    KafkaReleases later = another();

    assertThat(later.count()).isEqualTo(follower.count()).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      assertThat(later.numbered(i).from()).isEqualTo(follower.numbered(i).from());
      assertThat(rules(later.numbered(i))).isEqualTo(rules(follower.numbered(i)));
    }
    assertThat(later.refused()).isEqualTo(follower.refused()).hasSize(1);
    assertThat(newest(later).pack().files()).hasSize(1500);
  }

  /** Of several parts, because most of it cannot be compressed. */
  private static Publication large() {
    Random random = new Random(3);
    List<RulePack.File> files = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      StringBuilder noise = new StringBuilder("# ");
      random.ints(2000, 'a', 'z').forEach(noise::appendCodePoint);
      RulePack.File rule = rule("r" + i);
      files.add(
          file(
              rule.name(),
              noise + "\n" + new String(rule.yaml(), java.nio.charset.StandardCharsets.UTF_8)));
    }
    return new Publication("large", NOON.plusSeconds(2), NOON, files);
  }

  @Test
  void openingReturnsWithAllThatWasPublishedBefore() {
    Releases first = new Handle(pack(rule("initial")), topic).open();
    for (int i = 1; i <= 5; i++) {
      publish(publication("", NOON.plusSeconds(i), rule("a" + i)));

      Releases again = new Handle(pack(rule("initial")), topic).open();

      assertThat(again).isSameAs(first);
      assertThat(again.count()).isEqualTo(1 + i);
    }
  }

  @Test
  void badReleaseIsFoundBeforeAnybodyAsksForItsRules() throws InterruptedException {
    KafkaReleases releases = another();
    publish(publication("bad", Instant.now().plusSeconds(3600), file("b", "name: b\n")));

    while (releases.refused().isEmpty()) {
      Thread.sleep(20);
    }

    assertThat(releases.refused().get(0).version()).isEqualTo("bad");
  }

  @Test
  void recordsOfOthersAndReleasesThatWereNotCompletedAreNoReleases() throws Exception {
    publish(publication("v1", NOON, rule("a")));
    byte[] half = Part.split(new java.util.UUID(0, 1), large().pack()).get(0).bytes();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            new HashMap<String, Object>(properties),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, half)).get();
      producer.send(new ProducerRecord<>(topic, new byte[] {1, 2, 3})).get();
      producer.send(new ProducerRecord<>(topic, new byte[] {1}, null)).get();
    }
    publish(publication("v2", NOON.plusSeconds(1), rule("b")));

    assertThat(another().known()).extracting(Release::version).containsExactly("", "v1", "v2");
  }

  @Test
  void kafkaIsHeardWhileNothingIsPublished() throws InterruptedException {
    KafkaReleases releases = another();
    long contact = releases.lastContact();
    while (releases.lastContact() == contact) {
      Thread.sleep(50);
    }
    assertThat(releases.lastContact()).isGreaterThan(contact);
  }

  @Test
  void madeTopicForgetsNothingAndOneThatDoesIsTold() throws Exception {
    try (RulesTopic made = topic();
        Admin admin = Admin.create(new HashMap<String, Object>(properties))) {
      assertThat(made.create()).isTrue();
      assertThat(made.create()).isFalse();
      assertThat(made.forgets()).isEmpty();

      NewTopic week =
          new NewTopic(topic + ".week", 1, (short) 1).configs(Map.of("retention.ms", "604800000"));
      admin.createTopics(List.of(week)).all().get();
      assertThat(new RulesTopic(() -> properties, topic + ".week").forgets())
          .hasValueSatisfying(
              told -> assertThat(told).contains("retention.ms is 604800000 and must be -1"));
    }
  }

  @Test
  void topicThatLostItsBeginningIsAnError() throws Exception {
    publish(publication("v1", NOON, rule("a")));
    publish(publication("v2", NOON, rule("b")));
    try (Admin admin = Admin.create(new HashMap<String, Object>(properties))) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(1)))
          .all()
          .get();
    }
    try (RulesTopic reader = topic()) {
      assertThatThrownBy(() -> reader.read(said -> {}, () -> {}))
          .hasMessageContaining("has lost its first records");
    }
  }

  @Test
  void topicThatWasDeletedUnderAReaderIsAnError() throws Exception {
    publish(publication("v1", NOON, rule("a")));
    List<Said> said = new ArrayList<>();
    try (RulesTopic reader = topic();
        Admin admin = Admin.create(new HashMap<String, Object>(properties))) {
      reader.read(said::add, () -> {});
      assertThat(said).hasSize(1);
      admin.deleteTopics(List.of(topic)).all().get();
      reader.close();
      while (admin.listTopics().names().get().contains(topic)) {
        Thread.sleep(20);
      }
      assertThatThrownBy(() -> reader.read(said::add, () -> {}))
          .hasMessageContaining("has become shorter");
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoNobodyHoldsStopsReading() throws InterruptedException {
    WeakReference<Releases> forgotten =
        new WeakReference<>(new Handle(pack(rule("forgotten")), topic).open());
    while (forgotten.get() != null) {
      System.gc();
      Thread.sleep(50);
    }
    assertThat(new Handle(pack(rule("forgotten")), topic).open().count()).isEqualTo(1);
  }
}
