package io.vigie.alert;

import io.vigie.correlation.Standing;
import io.vigie.rules.Level;
import io.vigie.rules.RuleHeader;
import io.vigie.yaml.Place;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the engine has to say of itself to those who rely on it. It becomes an alert like any other,
 * of the type {@code system}; its rule is built in.
 *
 * @param subject the source, rule or release that it is about
 * @param release number of the release of the rules that ran then
 * @param start when it began, milliseconds; with kind and subject it tells system alerts apart, one
 *     an hour
 * @param last when it was last so, or when it was over; milliseconds
 * @param resolved whether it is over
 * @param count absolute, of what {@link Kind#counted} says
 * @param steps what happened, in order of time
 * @param revision how often it was told before
 */
public record SystemAlert(
    Kind kind,
    String subject,
    int release,
    long start,
    long last,
    boolean resolved,
    int count,
    List<Alert.Step> steps,
    int revision) {

  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final String PREFIX = "vigie.system.";

  /** What can be wrong, and what to do first. */
  public enum Kind {
    SOURCE_SILENT(
        Level.HIGH,
        "event.dataset",
        "times",
        "Log source is silent",
        "No record of this source has arrived for longer than its idle timeout. Its rules see"
            + " nothing. First look at whoever writes the topic (connector, credentials, quota),"
            + " then at the topic's newest offset; nothing is lost while Kafka keeps the records."),
    RULE_PAUSED(
        Level.HIGH,
        "rule.id",
        "times",
        "Rule is paused",
        "The rule failed or cost more than its budget, so it was stopped and its matches are"
            + " dropped; all other rules go on. First read the reason, run the rule's tests with"
            + " 'vigie rules test', narrow its selections or its timespan, and publish a new"
            + " release: that starts it again."),
    RELEASE_REFUSED(
        Level.MEDIUM,
        "vigie.release",
        "problems",
        "Release of rules is refused",
        "The rules that were published do not fit together, so the release before stays in force."
            + " First run 'vigie rules lint' on the same files, mend what it says, and publish"
            + " again."),
    ALERT_FLOOD(
        Level.MEDIUM,
        "rule.id",
        "alerts withheld",
        "Rule floods the alerts",
        "The rule raised more alerts within an hour than are told; the rest of that hour is"
            + " counted here and withheld. First look at the samples: narrow the rule or filter"
            + " what is normal, group it with a correlation, or raise the budget of alerts."),
    DEAD_LETTERS_RISING(
        Level.MEDIUM,
        "event.dataset",
        "records",
        "Records of a source are rejected",
        "More records of this source than usual are no events. First look at the reasons in the"
            + " dead-letter topic: a changed format needs a changed definition; the records can be"
            + " fed again afterwards."),
    CHECKPOINT_FAILING(
        Level.HIGH,
        "vigie.job",
        "checkpoints",
        "Checkpoints fail",
        "The job has not saved its state for some time and would fall far back after a failure."
            + " First look whether the checkpoint folder is full or unreachable, and whether"
            + " Elasticsearch or Kafka hold the job up."),
    LATENESS_EXCEEDED(
        Level.MEDIUM,
        "event.dataset",
        "events",
        "Events of a source come too late",
        "Events arrive after the source's bound of lateness, when their time is already decided."
            + " They may be missing from alerts. First find what delays them, then raise the"
            + " lateness of the source's definition; alerts of its rules will come that much"
            + " later.");

    private final Level level;
    private final String field;
    private final String counted;
    private final String title;
    private final String description;

    Kind(Level level, String field, String counted, String title, String description) {
      this.level = level;
      this.field = field;
      this.counted = counted;
      this.title = title;
      this.description = description;
    }

    /** The id of the built-in rule; it never changes. */
    public String rule() {
      return PREFIX + words('-');
    }

    private String words(char between) {
      return name().toLowerCase(Locale.ROOT).replace('_', between);
    }

    /** What the subject is: the one group-by field of these alerts. */
    public String field() {
      return field;
    }

    /** What the count counts, in the plural. */
    public String counted() {
      return counted;
    }

    /** The built-in rule. */
    public RuleHeader header() {
      return new RuleHeader(
          rule(),
          rule(),
          title,
          description,
          level,
          "",
          "1",
          "",
          List.of(),
          List.of(),
          List.of(),
          "",
          Place.START);
    }

    /** The kind of system alert that a rule id stands for; empty for rules that people write. */
    public static Optional<Kind> ofRule(String id) {
      return Arrays.stream(values()).filter(kind -> kind.rule().equals(id)).findFirst();
    }
  }

  /**
   * Something is wrong.
   *
   * @param at since when, milliseconds
   * @param detail for people
   */
  public static SystemAlert of(Kind kind, String subject, int release, long at, String detail) {
    return new SystemAlert(
        kind, subject, release, at, at, false, 1, List.of(step(kind, subject, at, detail)), 0);
  }

  /** It was so once more. */
  public SystemAlert again(long at, String detail) {
    return with(Math.max(last, at), false, count + 1, step(kind, subject, at, detail));
  }

  /** It is still so: nothing is counted. */
  public SystemAlert still(long at) {
    return new SystemAlert(
        kind, subject, release, start, Math.max(last, at), false, count, steps, revision + 1);
  }

  /**
   * It is over.
   *
   * @param detail what has ended it
   */
  public SystemAlert resolved(long at, String detail) {
    return with(
        Math.max(last, at),
        true,
        count,
        new Alert.Step("resolved", at, "", detail, "", "", subject, ""));
  }

  private SystemAlert with(long newLast, boolean over, int newCount, Alert.Step step) {
    return new SystemAlert(
        kind,
        subject,
        release,
        start,
        newLast,
        over,
        newCount,
        Alert.joined(steps, List.of(step)),
        revision + 1);
  }

  private static Alert.Step step(Kind kind, String subject, long at, String detail) {
    return new Alert.Step(kind.words(' '), at, "", detail, "", "", subject, "");
  }

  /** As the alert that is written. One that is resolved takes nothing in any more. */
  public Alert alert() {
    return new Alert(
        AlertBuilder.hash(kind.rule() + '\n' + subject + '\n' + Math.floorDiv(start, HOUR) * HOUR),
        kind.rule(),
        List.of(subject),
        start,
        last,
        false,
        resolved ? last : Long.MAX_VALUE,
        count,
        List.of(),
        steps,
        List.of(),
        List.of(),
        0,
        Standing.SETTLED,
        release,
        revision);
  }
}
