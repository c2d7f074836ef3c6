package io.vigie.alert;

import io.vigie.alert.SystemAlert.Kind;
import io.vigie.correlation.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last gate before alerts are told. It lets a limited number of alerts of a rule and hour (of
 * their first satisfied time) through, with all their later revisions; what is over the limit is
 * counted, and one system alert of the rule and hour says so. And it knows what was told: a second
 * delivery of an alert is not told again, and of the forms of a finding the newest stands.
 *
 * <p>Which alerts of a flood pass depends on the order in which they come. How many were withheld
 * does not: an alert counts once, however often it comes, as long as no more than {@link
 * #IDS_PER_PASSED} times the limit are known in the hour; beyond that, one that is delivered twice
 * is counted twice, and the count is the most that it can have been.
 *
 * <p>What it keeps of a rule and hour is bounded by the limit. It is forgotten when nothing has
 * come for an hour longer than the alerts stay open; what is said of them later passes as new, so
 * that a long pause can tell an alert twice, under the same id, and never loses one.
 */
public final class AlertGate {
  /** Alerts of one rule that are told within an hour, where nobody says otherwise. */
  public static final int PER_HOUR = 1000;

  /** How many ids are known for each alert that passes. */
  static final int IDS_PER_PASSED = 10;

  private static final int SAMPLES = 10;
  private static final long NEVER = Long.MAX_VALUE;
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long BETWEEN_TELLINGS = Duration.ofMinutes(1).toMillis();

  /** What the sources may be apart, and a little more, so that few timers are needed. */
  private static final long SLACK = HOUR;

  private static final long STEP_OF_FORGETTING = Duration.ofMinutes(10).toMillis();
  private static final long LONGEST_OPEN = Duration.ofDays(31).toMillis();

  private final int perHour;

  /**
   * @param perHour how many alerts of a rule and hour are told
   */
  public AlertGate(int perHour) {
    if (perHour < 1) {
      throw new IllegalArgumentException("at least one alert an hour must pass: " + perHour);
    }
    this.perHour = perHour;
  }

  /** Rule and hour: what is told of an alert depends on the alerts of the same key only. */
  public static String key(Alert alert) {
    return alert.rule() + '/' + Math.floorDiv(alert.firstSeen(), HOUR);
  }

  /** What is remembered of one key. */
  public interface Memory {
    @Nullable Told told(String alertId);

    void put(String alertId, Told told);

    @Nullable Account account();

    void put(Account account);

    /** Forgets everything of the key. */
    void clear();
  }

  /**
   * The newest form of an alert that came.
   *
   * @param passed whether it was let through
   */
  public record Told(boolean passed, long lastSeen, int revision) {}

  /**
   * What happened in a rule's hour.
   *
   * @param passed how many alerts were let through
   * @param withheld how many were not
   * @param ids how many of both are known by their ids
   * @param told how many of those withheld the system alert has told
   * @param tellAt when the system alert may be told again, milliseconds of the clock on the wall
   * @param forgetAt when everything is forgotten
   * @param flood what the system alert says; null while nothing was withheld
   */
  public record Account(
      int passed,
      int withheld,
      int ids,
      int told,
      long tellAt,
      long forgetAt,
      @Nullable SystemAlert flood) {

    private static final Account EMPTY = new Account(0, 0, 0, 0, NEVER, 0, null);

    /** When {@link AlertGate#tick} has something to do. */
    public long wakeAt() {
      return Math.min(tellAt, forgetAt);
    }

    private Account plus(boolean pass, int newIds, long keepUntil) {
      return new Account(
          pass ? passed + 1 : passed,
          withheld,
          ids + newIds,
          told,
          tellAt,
          Math.max(forgetAt, keepUntil),
          flood);
    }

    private Account with(int newWithheld, SystemAlert newFlood) {
      return new Account(passed, newWithheld, ids, told, tellAt, forgetAt, newFlood);
    }

    private Account said(int newTold, long newTellAt, @Nullable SystemAlert newFlood) {
      return new Account(passed, withheld, ids, newTold, newTellAt, forgetAt, newFlood);
    }
  }

  /**
   * Takes an alert.
   *
   * @param now by the clock on the wall, milliseconds
   * @return what is to be told now, in this order
   */
  public List<Alert> add(Memory memory, Alert alert, long now) {
    Account known = memory.account();
    Account account = known == null ? Account.EMPTY : known;
    Told before = memory.told(alert.id());
    List<Alert> out = new ArrayList<>();
    if (before != null) {
      memory.put(account.plus(false, 0, keepUntil(alert, now)));
      again(memory, alert, before, out);
    } else if (account.passed() < perHour) {
      memory.put(account.plus(true, 1, keepUntil(alert, now)));
      memory.put(alert.id(), new Told(true, alert.lastSeen(), alert.revision()));
      out.add(alert);
    } else {
      withhold(memory, account, alert, now, out);
    }
    return out;
  }

  private static void again(Memory memory, Alert alert, Told before, List<Alert> out) {
    boolean newer =
        alert.single()
            ? alert.lastSeen() > before.lastSeen()
            : alert.revision() > before.revision();
    if (!newer) {
      return;
    }
    int revision = alert.single() ? before.revision() + 1 : alert.revision();
    memory.put(alert.id(), new Told(before.passed(), alert.lastSeen(), revision));
    if (before.passed()) {
      out.add(alert.revised(revision));
    }
  }

  private void withhold(Memory memory, Account account, Alert alert, long now, List<Alert> out) {
    boolean room = account.ids() < (long) perHour * IDS_PER_PASSED;
    boolean counts = room ? alert.standing() != Standing.WITHDRAWN : opens(alert);
    Account kept = account.plus(false, room && counts ? 1 : 0, keepUntil(alert, now));
    if (!counts) {
      memory.put(kept);
      return;
    }
    if (room) {
      memory.put(alert.id(), new Told(false, alert.lastSeen(), alert.revision()));
    }
    SystemAlert flood = account.flood();
    Account counted =
        kept.with(account.withheld() + 1, flood == null ? flood(alert) : joined(flood, alert));
    memory.put(counted.tellAt() == NEVER ? tell(counted, now, out) : counted);
  }

  /** Whether nothing certain can have been said of it before. */
  private static boolean opens(Alert alert) {
    return alert.single() || (alert.standing() == Standing.SETTLED && alert.revision() <= 1);
  }

  /**
   * Does what the time has come for; the account's {@link Account#wakeAt} says when to call it.
   * Calls at other times do no harm.
   *
   * @param now by the clock on the wall, milliseconds; {@link Long#MAX_VALUE} when nothing will
   *     come any more
   * @return what is to be told now
   */
  public List<Alert> tick(Memory memory, long now) {
    List<Alert> out = new ArrayList<>();
    Account account = memory.account();
    if (account == null) {
      return out;
    }
    if (account.tellAt() <= now) {
      account =
          account.withheld() > account.told()
              ? tell(account, now, out)
              : account.said(account.told(), NEVER, account.flood());
      memory.put(account);
    }
    if (account.forgetAt() <= now) {
      memory.clear();
    }
    return out;
  }

  private static Account tell(Account account, long now, List<Alert> out) {
    SystemAlert flood = account.flood();
    if (flood == null) {
      throw new IllegalStateException("nothing is withheld");
    }
    out.add(flood.alert());
    long next = now == Long.MAX_VALUE ? NEVER : now + BETWEEN_TELLINGS;
    return account.said(account.withheld(), next, flood.still(flood.last()));
  }

  private static SystemAlert flood(Alert first) {
    return new SystemAlert(
        Kind.ALERT_FLOOD,
        first.rule(),
        first.release(),
        first.firstSeen(),
        first.lastSeen(),
        false,
        1,
        List.of(sample(first)),
        0);
  }

  private static SystemAlert joined(SystemAlert flood, Alert more) {
    List<Alert.Step> samples = flood.steps();
    if (samples.size() < SAMPLES) {
      Alert.Step sample = sample(more);
      if (samples.stream().noneMatch(known -> likeEachOther(known, sample))) {
        samples = new ArrayList<>(samples);
        samples.add(sample);
        samples.sort(Alert.Step.ORDER);
      }
    }
    return new SystemAlert(
        flood.kind(),
        flood.subject(),
        Math.max(flood.release(), more.release()),
        Math.min(flood.start(), more.firstSeen()),
        Math.max(flood.last(), more.lastSeen()),
        false,
        flood.count() + 1,
        samples,
        flood.revision());
  }

  private static boolean likeEachOther(Alert.Step one, Alert.Step other) {
    return one.actor().equals(other.actor())
        && one.target().equals(other.target())
        && one.sourceIp().equals(other.sourceIp());
  }

  /** The first event of an alert that was withheld, and the group that the alert is about. */
  private static Alert.Step sample(Alert alert) {
    Alert.Step first =
        alert.steps().isEmpty()
            ? new Alert.Step("", alert.firstSeen(), "", "", "", "", "", "")
            : alert.steps().get(0);
    return new Alert.Step(
        "withheld",
        alert.firstSeen(),
        first.eventId(),
        first.action(),
        first.outcome(),
        first.actor(),
        alert.group().isEmpty() ? first.target() : String.join(", ", alert.group()),
        first.sourceIp());
  }

  private static long keepUntil(Alert alert, long now) {
    long open = Math.min(LONGEST_OPEN, Math.max(0, alert.openUntil() - alert.lastSeen()));
    long until = now + SLACK + (alert.openUntil() == Long.MAX_VALUE ? LONGEST_OPEN : open);
    return (Math.floorDiv(until, STEP_OF_FORGETTING) + 1) * STEP_OF_FORGETTING;
  }
}
