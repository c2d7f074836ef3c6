package io.vigie.release;

import static io.vigie.release.Published.NOON;
import static io.vigie.release.Published.file;
import static io.vigie.release.Published.pack;
import static io.vigie.release.Published.rule;
import static io.vigie.release.Published.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigie.correlation.CheckedRules;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problems;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ReleaseLogTest {
  private static final RulePack.File BROKEN = file("broken", "name: broken\n");

  private final List<WeakReference<RuleSet>> compiled =
      Collections.synchronizedList(new ArrayList<>());
  private final ReleaseLog log = new ReleaseLog(pack(rule("initial")), this::compile);

  private RuleSet compile(RulePack pack, Problems problems) {
    RuleSet rules = CheckedRules.of(pack, problems);
    compiled.add(new WeakReference<>(rules));
    return rules;
  }

  private static Iterable<String> rules(Release release) {
    return release.rules().headers().keySet();
  }

  @Test
  void rulesOfTheJobDecideUntilTheFirstReleaseDoes() {
    log.add(said("v1", NOON, rule("a")));
    log.add(said("v2", NOON.plusSeconds(60), rule("b")));

    assertThat(log.count()).isEqualTo(3);
    assertThat(rules(log.at(Long.MIN_VALUE))).containsExactly("initial");
    assertThat(rules(log.at(NOON.toEpochMilli() - 1))).containsExactly("initial");
    assertThat(rules(log.at(NOON.toEpochMilli()))).containsExactly("a");
    assertThat(rules(log.at(NOON.toEpochMilli() + 59_999))).containsExactly("a");
    assertThat(rules(log.at(NOON.toEpochMilli() + 60_000))).containsExactly("b");
    assertThat(log.at(Long.MAX_VALUE).version()).isEqualTo("v2");
  }

  @Test
  void releaseTakesEffectAfterTheOneBefore() {
    log.add(said("v1", NOON, rule("a")));
    log.add(said("v2", NOON, rule("b")));
    log.add(said("v3", NOON.minusSeconds(3600), rule("c")));
    log.add(said("v4", NOON.plusSeconds(1), rule("d")));

    long noon = NOON.toEpochMilli();
    assertThat(log.known())
        .extracting(Release::from)
        .containsExactly(Long.MIN_VALUE, noon, noon + 1, noon + 2, noon + 1000);
  }

  @Test
  void releaseWithErrorsIsRefusedWholeAndCountedAndTheRulesBeforeGoOn() {
    log.add(said("good", NOON, rule("a")));
    log.add(said("bad", NOON.plusSeconds(1), rule("b"), BROKEN));
    log.add(new Said(UUID.randomUUID(), Publication.NONE, "the pack is torn"));
    log.add(said("", NOON.plusSeconds(2), rule("c")));

    assertThat(log.count()).isEqualTo(5);
    assertThat(rules(log.numbered(2))).containsExactly("a");
    assertThat(rules(log.numbered(3))).containsExactly("a");
    assertThat(log.numbered(3).rules()).isSameAs(log.numbered(1).rules());
    assertThat(log.numbered(3).pack()).isEqualTo(log.numbered(1).pack());
    assertThat(rules(log.numbered(4))).containsExactly("c");
    assertThat(log.refused())
        .extracting(RefusedRelease::number, RefusedRelease::version)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(2, "bad"),
            org.assertj.core.groups.Tuple.tuple(3, ""));
    assertThat(log.refused().get(0).reasons())
        .singleElement()
        .asString()
        .contains("broken:1:1: error NO_RULE");
    assertThat(log.refused().get(1).reasons()).containsExactly("the pack is torn");
    assertThat(log.said(2).publication().files()).containsExactly(rule("b"), BROKEN);
  }

  @Test
  void readerThatBreaksDownRefusesTheReleaseAndNothingElse() {
    ReleaseLog fragile =
        new ReleaseLog(
            pack(rule("initial")),
            (pack, problems) -> {
              if (pack.files().contains(BROKEN)) {
                throw new IllegalStateException("out of paper");
              }
              return CheckedRules.of(pack, problems);
            });
    fragile.add(said("bad", NOON, BROKEN));

    assertThat(rules(fragile.numbered(1))).containsExactly("initial");
    assertThat(fragile.refused().get(0).reasons().get(0)).contains("out of paper");
  }

  @Test
  void ofManyErrorsTheFirstAreTold() {
    log.add(
        said(
            "",
            NOON,
            IntStream.range(0, 60)
                .mapToObj(i -> file(i + ".yml", "name: broken\n"))
                .toArray(RulePack.File[]::new)));
    log.numbered(1).rules();

    List<String> reasons = log.refused().get(0).reasons();
    assertThat(reasons).hasSize(51).last().isEqualTo("and 10 more");
  }

  @Test
  void nothingIsCompiledUntilSomebodyAsksAndThenOnceForAll() {
    for (int i = 1; i <= 500; i++) {
      log.add(said("v" + i, NOON.plusSeconds(i), rule("a" + i), rule("same")));
    }
    assertThat(log.refused()).isEmpty();
    assertThat(compiled).isEmpty();

    Release newest = log.at(Long.MAX_VALUE);
    List<CompletableFuture<RuleSet>> asked =
        IntStream.range(0, 8).mapToObj(i -> CompletableFuture.supplyAsync(newest::rules)).toList();

    assertThat(asked.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    assertThat(compiled).hasSize(1);
    assertThat(log.said(1).publication().files().get(1))
        .isSameAs(log.said(500).publication().files().get(1));
  }

  @Test
  @Timeout(60)
  void rulesThatNobodyUsesAreNotKeptForEver() throws InterruptedException {
    RuleSet used = log.numbered(0).rules();
    for (int i = 1; i <= 20; i++) {
      log.add(said("", NOON.plusSeconds(i), rule("a" + i)));
      assertThat(rules(log.numbered(i))).containsExactly("a" + i);
    }
    while (compiled.stream().filter(each -> each.get() != null).count()
        > CompiledLate.Compiler.HELD + 1) {
      System.gc();
      Thread.sleep(20);
    }

    assertThat(log.numbered(0).rules()).isSameAs(used);
    assertThat(compiled).hasSize(21);
    assertThat(rules(log.numbered(1))).containsExactly("a1");
    assertThat(compiled).hasSize(22);
  }

  @Test
  @Timeout(60)
  void whoAwaitsACountGoesOnWhenItIsReached() {
    CompletableFuture<Integer> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              log.await(3);
              return log.count();
            });
    log.add(said("", NOON, rule("a")));
    log.add(said("", NOON, BROKEN));

    assertThat(waiting.join()).isEqualTo(3);
  }

  @Test
  void numberThatIsNotKnownIsAnError() {
    assertThatThrownBy(() -> log.numbered(1)).hasMessage("release 1 is not known");
  }

  @Test
  void allThatOpenEqualHandlesShareTheirRules() {
    Releases one = new OneReleaseHandle(pack(rule("a"), rule("b"))).open();
    Releases same = new OneReleaseHandle(pack(rule("a"), rule("b"))).open();
    Releases other = new OneReleaseHandle(pack(rule("a"), rule("c"))).open();

    assertThat(same).isSameAs(one).isNotSameAs(other);
    assertThat(rules(other.at(Instant.now().toEpochMilli()))).containsExactly("a", "c");
  }
}
