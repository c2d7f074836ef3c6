package io.vigie.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.embedded.EmbeddedKafka;
import io.vigie.enrichment.Tables;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.PackedTable;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.reference.TableLoader.Difference;
import io.vigie.topic.TopicClients;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KafkaTablesIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final TableDefinition ASSETS = Tables.named("assets").orElseThrow();
  private static final TableDefinition POSTURE = Tables.named("posture").orElseThrow();
  private static final Predicate<ObjectNode> ALL = row -> true;
  private static final AsOf BEFORE_ALL = new AsOf(0, 0);
  private static final AsOf NOW = AsOf.time(0);

  @TempDir static @Nullable Path folder;
  private static @Nullable EmbeddedKafka kafka;
  private static TopicClients clients = new TopicClients(Map::of);

  private TableTopics topics = new TableTopics("");

  @BeforeAll
  static void start() throws Exception {
    EmbeddedKafka started = EmbeddedKafka.start(Objects.requireNonNull(folder), 0);
    kafka = started;
    clients = new TopicClients(() -> Map.of("bootstrap.servers", started.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    Objects.requireNonNull(kafka).close();
  }

  @BeforeEach
  void nameTopics(TestInfo test) {
    topics = new TableTopics("reference." + test.getTestMethod().orElseThrow().getName());
  }

  private static PackedTable assets(String... rows) throws Exception {
    PackedTable table = new PackedTable(ASSETS);
    PackedTable.Load load = table.load();
    for (String row : rows) {
      load.put(ASSETS.read(json(row), wrong -> {}).orElseThrow());
    }
    load.commit(Long.MIN_VALUE, "wanted");
    return table;
  }

  private static ObjectNode json(String text) throws Exception {
    return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
  }

  private TableLoader loader() {
    return TableLoader.open(topics, ASSETS, clients);
  }

  private static String send(TableLoader loader, PackedTable wanted, boolean always) {
    return loader.send(wanted, ALL, always, sent -> {});
  }

  private static void put(List<ProducerRecord<byte[], byte[]>> records) {
    try (KafkaProducer<byte[], byte[]> producer = clients.producer()) {
      TopicClients.await(records.stream().map(producer::send).toList(), "the records");
    }
  }

  /** As another process reads them. */
  private KafkaTables follow() {
    KafkaTables tables = KafkaTables.follow(topics, List.of(ASSETS, POSTURE), clients);
    tables.readToEnd();
    return tables;
  }

  private static List<String> owners(ReferenceTable table, String key, AsOf asOf) {
    return table.at(key, asOf).stream().map(row -> row.path("owner").asText()).toList();
  }

  @Test
  void aFirstLoadCountsForEventsThatHaveArrivedAndTheNextForThoseThatArriveLater()
      throws Exception {
    KafkaTables follower = follow();
    TableLoader first = loader();
    assertThat(first.isNew()).isTrue();
    String version =
        send(first, assets("{'id':'a','owner':'one'}", "{'id':'b','owner':'one'}"), true);
    follower.readToEnd();
    ReferenceTable table = follower.table("assets");
    assertThat(owners(table, "a", BEFORE_ALL)).containsExactly("one");
    assertThat(table.version(BEFORE_ALL)).isEqualTo(version);

    long now = System.currentTimeMillis();
    TableLoader second = loader();
    PackedTable wanted = assets("{'id':'a','owner':'two'}", "{'id':'c','owner':'two'}");
    assertThat(second.isNew()).isFalse();
    assertThat(second.difference(wanted, ALL)).isEqualTo(new Difference(1, 1, 1, 0));
    String later = send(second, wanted, false);
    follower.readToEnd();

    AsOf meanwhile = new AsOf(0, now);
    assertThat(owners(table, "a", meanwhile)).containsExactly("one");
    assertThat(owners(table, "b", meanwhile)).containsExactly("one");
    assertThat(owners(table, "c", meanwhile)).isEmpty();
    assertThat(table.version(meanwhile)).isEqualTo(version);
    assertThat(owners(table, "a", NOW)).containsExactly("two");
    assertThat(owners(table, "b", NOW)).isEmpty();
    assertThat(owners(table, "c", NOW)).containsExactly("two");
    assertThat(table.version(NOW)).isEqualTo(later);
  }

  @Test
  void whoReadsTheTopicsAnewFindsTheSameAsWhoFollowedThem() throws Exception {
    KafkaTables follower = follow();
    long before = System.currentTimeMillis();
    send(loader(), assets("{'id':'a','owner':'one'}"), true);
    send(loader(), assets("{'id':'a','owner':'two'}"), false);
    follower.readToEnd();
    KafkaTables anew = follow();

    for (AsOf asOf : List.of(BEFORE_ALL, new AsOf(0, before), NOW)) {
      assertThat(owners(anew.table("assets"), "a", asOf))
          .isEqualTo(owners(follower.table("assets"), "a", asOf))
          .hasSize(1);
      assertThat(anew.table("assets").version(asOf))
          .isEqualTo(follower.table("assets").version(asOf));
    }
  }

  @Test
  void aLoadThatNeverEndsChangesNothing() throws Exception {
    send(loader(), assets("{'id':'a','owner':'one'}"), true);
    put(
        List.of(
            topics.put(ASSETS, "torn", "a", json("{'id':'a','owner':'torn'}")),
            topics.removed(ASSETS, "torn", "a")));
    KafkaTables tables = follow();

    assertThat(owners(tables.table("assets"), "a", NOW)).containsExactly("one");
    assertThat(loader().difference(assets("{'id':'a','owner':'one'}"), ALL).isEmpty()).isTrue();
  }

  @Test
  void onlyRowsThatAreToBeReplacedGo() throws Exception {
    send(loader(), assets("{'id':'a','owner':'one'}", "{'id':'b','owner':'two'}"), true);
    loader()
        .send(
            assets("{'id':'c','owner':'one'}"),
            row -> row.path("owner").asText().equals("one"),
            false,
            sent -> {});
    ReferenceTable table = follow().table("assets");

    assertThat(owners(table, "a", NOW)).isEmpty();
    assertThat(owners(table, "b", NOW)).containsExactly("two");
    assertThat(owners(table, "c", NOW)).containsExactly("one");
  }

  @Test
  void whatEventsGiveCountsAWhileAfterKafkaTookItAndAnOlderStateOfItReplacesNone()
      throws Exception {
    clients.create(topics.of(POSTURE), TableTopics.settings(POSTURE));
    long before = System.currentTimeMillis();
    String old =
        "{'finding':'f','resources':['r'],'severity':'low','updated':'2026-03-01T00:00:00Z'}";
    String recent =
        "{'finding':'f','resources':['r'],'severity':'high','updated':'2026-03-02T00:00:00Z'}";
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String row : List.of(old, recent, old)) {
      records.add(topics.given(POSTURE, "f", JSON.writeValueAsBytes(json(row))));
    }
    put(records);
    ReferenceTable table = follow().table("posture");
    long lead = TableTopics.LEAD.toMillis();

    assertThat(table.at("r", new AsOf(0, before + lead - 1))).isEmpty();
    assertThat(table.at("r", NOW))
        .extracting(row -> row.path("severity").asText())
        .containsExactly("high");
  }

  @Test
  void whatIsNoRowIsLeftOut() throws Exception {
    clients.create(topics.of(ASSETS), TableTopics.settings(ASSETS));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String key : List.of("row/x", "load/x", "x")) {
      for (String value : List.of("", "{", "[]", "{}", "{\"known\":\"never\"}")) {
        records.add(
            new ProducerRecord<>(topics.of(ASSETS), key.getBytes(UTF_8), value.getBytes(UTF_8)));
      }
    }
    records.add(new ProducerRecord<>(topics.of(ASSETS), "load/y".getBytes(UTF_8), null));
    records.add(new ProducerRecord<>(topics.of(ASSETS), new byte[0], new byte[] {0}));
    put(records);
    send(loader(), assets("{'id':'a','owner':'one'}"), true);

    assertThat(owners(follow().table("assets"), "a", NOW)).containsExactly("one");
  }

  @Test
  void topicsAreSetUpSoThatAReplayOfAWeekMeetsTheSameRows() {
    for (TableDefinition table : Tables.ALL) {
      clients.create(topics.of(table), TableTopics.settings(table));
      assertThat(clients.otherSettings(topics.of(table), TableTopics.settings(table))).isEmpty();
    }
    assertThat(TableTopics.settings(ASSETS))
        .containsEntry("cleanup.policy", "compact")
        .containsEntry("min.compaction.lag.ms", "604800000");
  }

  @Test
  void whoAwaitsAnArrivalKnowsWhatCountsForIt() throws Exception {
    KafkaTables tables = follow();
    send(loader(), assets("{'id':'a','owner':'one'}"), false);
    long arrival = System.currentTimeMillis() + TableTopics.LEAD.toMillis() + 1000;
    while (System.currentTimeMillis() < arrival) {
      Thread.sleep(50);
    }

    tables.await(arrival);

    assertThat(owners(tables.table("assets"), "a", new AsOf(0, arrival))).containsExactly("one");
  }
}
