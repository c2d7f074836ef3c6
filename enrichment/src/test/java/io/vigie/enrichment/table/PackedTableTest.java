package io.vigie.enrichment.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.Tables;
import io.vigie.enrichment.table.TableDefinition.Row;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PackedTableTest {
  private static final TableDefinition ASSETS = Tables.named("assets").orElseThrow();
  private static final TableDefinition ZONES = Tables.named("network-zones").orElseThrow();
  private static final int MANY = 1_000_000;
  private static final int ROUNDS = 2;

  /** Between the times from which two loads are known. */
  private static final int APART = 10;

  static LongStream seeds() {
    return LongStream.range(0, Integer.getInteger("seeds", 20));
  }

  private static ObjectNode json(String value) {
    return JsonNodeFactory.instance.objectNode().put("value", value);
  }

  private static Row row(String id, String value, String... keys) {
    return new Row(id, List.of(keys), Long.MIN_VALUE, Long.MAX_VALUE, json(value));
  }

  private static List<String> values(List<ObjectNode> rows) {
    return rows.stream().map(row -> row.path("value").asText()).toList();
  }

  /** The same in the simplest way: all versions of all rows, looked through each time. */
  private static final class Model {
    private final List<Version> versions = new ArrayList<>();

    private static final class Version {
      private final Row row;
      private final long known;
      private long retired = Long.MAX_VALUE;

      private Version(Row row, long known) {
        this.row = row;
        this.known = known;
      }
    }

    private void put(Row row, long known) {
      for (Version version : versions) {
        if (version.row.id().equals(row.id()) && version.retired == Long.MAX_VALUE) {
          if (version.row.row().equals(row.row())) {
            return;
          }
          version.retired = known;
        }
      }
      versions.add(new Version(row, known));
    }

    private void remove(String id, long known) {
      for (Version version : versions) {
        if (version.row.id().equals(id) && version.retired == Long.MAX_VALUE) {
          version.retired = known;
        }
      }
    }

    private int count(Predicate<Version> wanted) {
      return (int)
          versions.stream()
              .filter(version -> version.retired == Long.MAX_VALUE && wanted.test(version))
              .count();
    }

    private List<String> at(Predicate<Row> wanted, AsOf asOf) {
      return versions.stream()
          .filter(
              version ->
                  version.known <= asOf.arrival()
                      && (asOf.arrival() < version.retired || version.retired == Long.MAX_VALUE)
                      && version.row.validFrom() <= asOf.time()
                      && asOf.time() < version.row.validUntil()
                      && wanted.test(version.row))
          .sorted(Comparator.comparing(version -> version.row.id()))
          .map(version -> version.row.row().path("value").asText())
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void lookupsFindWhatAListOfAllVersionsFinds(long seed) {
    Random random = new Random(seed);
    PackedTable table = new PackedTable(ASSETS);
    Model model = new Model();
    long now = 100;
    long forgotten = 0;
    for (int step = 0; step < 3_000; step++) {
      now += random.nextInt(3);
      String id = "id" + random.nextInt(60);
      switch (random.nextInt(20)) {
        case 0 -> {
          table.remove(id, now);
          model.remove(id, now);
        }
        case 1 -> {
          PackedTable.Load load = table.load();
          Map<String, Row> loaded = new HashMap<>();
          for (int i = 0; i < 10; i++) {
            Row row = random(random, forgotten);
            loaded.put(row.id(), row);
          }
          loaded.values().forEach(load::put);
          if (random.nextBoolean()) {
            load.commit(now, "v" + now);
            long known = now;
            loaded.values().forEach(row -> model.put(row, known));
          } else {
            load.abandon();
          }
        }
        case 2 -> {
          // Nobody looks further back from then on.
          forgotten = Math.max(forgotten, now - 500);
          table.forget(forgotten);
        }
        default -> {
          Row row = random(random, forgotten);
          table.give(row, now);
          model.put(row, now);
        }
      }
      String key = "key" + random.nextInt(40);
      AsOf asOf =
          new AsOf(
              random.nextInt(100) + Math.max(0, forgotten),
              forgotten + random.nextInt((int) (now - forgotten) + 10));
      assertThat(values(table.at(key, asOf)))
          .as("seed %d, step %d", seed, step)
          .isEqualTo(model.at(row -> row.keys().contains(key), asOf));
    }
    long last = forgotten;
    assertThat(table.size())
        .isBetween(
            model.count(version -> last < version.row.validUntil()), model.count(version -> true));
  }

  private static Row random(Random random, long forgotten) {
    List<String> keys = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      keys.add("key" + random.nextInt(40));
    }
    long begin = forgotten + random.nextInt(80);
    return new Row(
        "id" + random.nextInt(60),
        keys.stream().distinct().toList(),
        random.nextInt(3) == 0 ? begin : Long.MIN_VALUE,
        random.nextInt(3) == 0 ? begin + 1 + random.nextInt(60) : Long.MAX_VALUE,
        json("v" + random.nextInt(1_000_000)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anAddressIsFoundInTheNetworksThatHoldItTheSmallestFirst(long seed) throws Exception {
    Random random = new Random(seed);
    PackedTable table = new PackedTable(ZONES);
    Map<String, String> networks = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      boolean v4 = random.nextBoolean();
      String network = address(random, v4) + "/" + random.nextInt(v4 ? 33 : 129);
      networks.put(network, network);
    }
    networks.values().forEach(network -> table.give(row(network, network, network), 0));
    for (int i = 0; i < 500; i++) {
      String address = address(random, random.nextBoolean());
      List<String> expected =
          networks.values().stream()
              .filter(network -> holds(network, address))
              .sorted(
                  Comparator.comparingInt(PackedTableTest::length)
                      .reversed()
                      .thenComparing(Comparator.naturalOrder()))
              .toList();
      assertThat(values(table.containing(address, AsOf.time(0)))).isEqualTo(expected);
    }
    assertThat(table.containing("example.com", AsOf.time(0))).isEmpty();
    assertThat(table.containing("", AsOf.time(0))).isEmpty();
  }

  /** Few different bits, so that networks hold each other. */
  private static String address(Random random, boolean v4) {
    return v4
        ? "10.%d.%d.%d".formatted(random.nextInt(2), random.nextInt(3) * 64, random.nextInt(256))
        : "2001:db8:%x:%x::%x".formatted(random.nextInt(2), random.nextInt(3), random.nextInt(256));
  }

  private static int length(String network) {
    return Integer.parseInt(network.substring(network.indexOf('/') + 1));
  }

  private static boolean holds(String network, String ip) {
    try {
      byte[] a = InetAddress.getByName(network.substring(0, network.indexOf('/'))).getAddress();
      byte[] b = InetAddress.getByName(ip).getAddress();
      int shift = a.length * 8 - length(network);
      return a.length == b.length
          && new BigInteger(1, a).shiftRight(shift).equals(new BigInteger(1, b).shiftRight(shift));
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoeverLooksWhileATableIsLoadedAgainSeesItAsItWasKnownThen() throws Exception {
    PackedTable table = new PackedTable(ASSETS);
    AtomicLong committed = new AtomicLong();
    AtomicBoolean done = new AtomicBoolean();
    load(table, 0);
    ExecutorService readers = Executors.newFixedThreadPool(2);
    List<Future<Long>> reading = new ArrayList<>();
    for (int reader = 0; reader < 2; reader++) {
      long seed = reader;
      reading.add(readers.submit(() -> lookUp(table, new Random(seed), committed, done)));
    }
    for (long round = 1; round <= ROUNDS; round++) {
      load(table, round);
      committed.set(round);
      table.forget(round * APART - APART);
    }
    done.set(true);

    for (Future<Long> each : reading) {
      assertThat(each.get()).isPositive();
    }
    readers.shutdown();
    assertThat(table.size()).isEqualTo(MANY);
  }

  private static void load(PackedTable table, long round) {
    PackedTable.Load load = table.load();
    for (int i = 0; i < MANY; i++) {
      load.put(row("id" + i, "round" + round, "key" + i));
    }
    load.commit(round * APART, "round" + round);
  }

  /** Of events that arrived before the next load was known, as those do that are there to ask. */
  private static long lookUp(
      PackedTable table, Random random, AtomicLong committed, AtomicBoolean done) {
    long count = 0;
    while (!done.get() || count == 0) {
      long round = committed.get();
      String key = "key" + random.nextInt(MANY);
      long since = random.nextInt(APART);
      assertThat(values(table.at(key, new AsOf(0, round * APART + since))))
          .containsExactly("round" + round);
      List<ObjectNode> before = table.at(key, new AsOf(0, round * APART - 1 - since));
      // It may have been forgotten since.
      if (committed.get() == round) {
        assertThat(values(before))
            .isEqualTo(round == 0 ? List.of() : List.of("round" + (round - 1)));
      }
      count++;
    }
    return count;
  }

  @Test
  void whatAnEventSaidEarlierDoesNotReplaceWhatItSaidLater() {
    PackedTable table = new PackedTable(Tables.named("posture").orElseThrow());
    table.give(said("2026-03-02T00:00:00Z", "late"), 1);
    table.give(said("2026-03-01T23:59:59.5Z", "early"), 2);

    assertThat(values(table.at("key", AsOf.time(0)))).containsExactly("late");
    table.give(said("2026-03-02T00:00:00Z", "again"), 3);
    assertThat(values(table.at("key", AsOf.time(0)))).containsExactly("again");
  }

  private static Row said(String updated, String value) {
    Instant.parse(updated);
    return new Row(
        "id", List.of("key"), Long.MIN_VALUE, Long.MAX_VALUE, json(value).put("updated", updated));
  }

  @Test
  void aRowThatIsTooLongIsRefusedAndChangesNothing() {
    PackedTable table = new PackedTable(ASSETS);
    PackedTable.Load load = table.load();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> load.put(row("id", "x".repeat(PackedTable.MAX_ROW_BYTES), "key")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 65,536");
    load.put(row("other", "y".repeat(60_000), "key"));
    load.commit(0, "v");

    assertThat(table.size()).isEqualTo(1);
    assertThat(table.at("key", AsOf.time(0))).hasSize(1);
  }

  @Test
  void aTableIsNamedByTheLoadThatAnEventMeets() {
    PackedTable table = new PackedTable(ASSETS);
    assertThat(table.version(AsOf.time(0))).isEmpty();
    table.load().commit(100, "one");
    table.load().commit(200, "two");

    assertThat(table.version(new AsOf(0, 99))).isEmpty();
    assertThat(table.version(new AsOf(0, 100))).isEqualTo("one");
    assertThat(table.version(new AsOf(0, 199))).isEqualTo("one");
    assertThat(table.version(AsOf.time(0))).isEqualTo("two");
  }
}
