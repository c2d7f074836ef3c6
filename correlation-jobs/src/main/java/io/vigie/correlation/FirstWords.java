package io.vigie.correlation;

import io.vigie.correlation.RuleWindow.Hit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says of one rule what its groups will be satisfied by if nothing else comes: the first word of an
 * episode, minutes before the clocks have passed it. A second window, a scout, is fed a group's
 * matches as they are known now, and then emptied for the next group.
 *
 * <p>A word stands until the clock has passed its time. The episode that is found then has the same
 * first satisfied time, and so the alert the same id; or something came that opened the episode at
 * another time, and the word is withdrawn. Words lie in the journal, so that none is forgotten.
 */
final class FirstWords {
  /** Groups with more matches are left to the clocks: looking at them time and again is dear. */
  private static final int MAX_MATCHES = 1000;

  private final Supplier<RuleWindow> scouts;
  private final Journal journal;
  private @Nullable RuleWindow scout;
  private final HeapJournal nothing = new HeapJournal();

  /** By key, the matches that wait. */
  private final Map<String, List<Match>> waiting = new HashMap<>();

  /** Keys of which more is known than when they were last looked at. */
  private final Set<String> changed = new LinkedHashSet<>();

  /** By first satisfied time. */
  private final TreeMap<Long, List<Match>> words = new TreeMap<>();

  /**
   * @param scouts open a window of the rule
   */
  FirstWords(Supplier<RuleWindow> scouts, Journal journal) {
    this.scouts = scouts;
    this.journal = journal;
  }

  /** A match has come, and waits. */
  void await(Match match) {
    waiting.computeIfAbsent(match.key(), key -> new ArrayList<>()).add(match);
    changed.add(match.key());
  }

  /** The matches up to a time wait no longer. */
  void decided(List<Match> matches, long time) {
    for (Match match : matches) {
      waiting.computeIfPresent(
          match.key(),
          (key, ofKey) -> {
            ofKey.removeIf(each -> each.timestamp() <= time);
            return ofKey.isEmpty() ? null : ofKey;
          });
    }
  }

  /** A word that was said before a restart. */
  void recall(Match word) {
    words.computeIfAbsent(word.timestamp(), time -> new ArrayList<>()).add(word);
  }

  /**
   * Says what is to be expected and was not said before.
   *
   * @param window of the rule, as it stands
   * @param clock the last time that is decided
   * @param out takes each word's hit, and the scout, which knows what is behind it until the next
   */
  void say(RuleWindow window, long clock, BiConsumer<RuleWindow, Hit> out) {
    for (String key : changed) {
      List<Match> pending = waiting.get(key);
      if (pending != null) {
        say(key, window.matchesOf(key), pending, clock, out);
      }
    }
    changed.clear();
  }

  private void say(
      String key,
      List<Match> decided,
      List<Match> pending,
      long clock,
      BiConsumer<RuleWindow, Hit> out) {
    if (decided.size() + pending.size() > MAX_MATCHES) {
      return;
    }
    TreeMap<Long, List<Match>> byTime = new TreeMap<>();
    for (List<Match> each : List.of(decided, pending)) {
      each.forEach(
          match -> byTime.computeIfAbsent(match.timestamp(), at -> new ArrayList<>()).add(match));
    }
    RuleWindow looking = scout;
    if (looking == null) {
      looking = scouts.get();
      scout = looking;
    }
    Episode episode = journal.episode(key);
    long last = episode == null ? Long.MIN_VALUE : episode.last();
    long shift = looking.nextShift(byTime.firstKey());
    for (Map.Entry<Long, List<Match>> simultaneous : byTime.entrySet()) {
      long time = simultaneous.getKey();
      for (Hit hit : looking.feed(time, simultaneous.getValue(), shift)) {
        if (hit.time() > clock) {
          boolean opens = last == Long.MIN_VALUE || hit.time() - last >= looking.gap();
          last = hit.time();
          if (opens && remember(looking.plan().id(), hit)) {
            out.accept(looking, hit);
          }
        }
      }
      looking.expire(time, shift, nothing);
    }
    looking.advance(Long.MAX_VALUE, shift);
    looking.expire(Long.MAX_VALUE, shift, nothing);
  }

  private boolean remember(String rule, Hit hit) {
    Match word = new Match(rule, hit.group(), Match.WORD, hit.time(), "", List.of(), 0, List.of());
    if (!journal.add(word)) {
      return false;
    }
    recall(word);
    return true;
  }

  /**
   * Judges the words whose time has been decided.
   *
   * @param opened whether an episode of that key opened at that time
   * @param withdrawn takes those of which none did
   */
  void judge(long clock, BiPredicate<String, Long> opened, Consumer<Match> withdrawn) {
    while (!words.isEmpty() && words.firstKey() <= clock) {
      for (Match word : words.pollFirstEntry().getValue()) {
        journal.remove(word.key(), word.identity());
        if (!opened.test(word.key(), word.timestamp())) {
          withdrawn.accept(word);
        }
      }
    }
  }

  /** Withdraws everything: the rule is another one from now on. */
  void withdrawAll(Consumer<Match> withdrawn) {
    judge(Long.MAX_VALUE, (key, first) -> false, withdrawn);
    close();
  }

  void close() {
    if (scout != null) {
      scout.close();
      scout = null;
    }
    waiting.clear();
    changed.clear();
  }
}
