package io.vigie.ruletest;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.rules.lint.RuleLint;
import io.vigie.rules.testing.RuleTest;
import io.vigie.rules.testing.RuleTest.TimedEvent;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What a correlation language must be able to say. Each file says one thing that analysts want to
 * know, with cases that fire, near misses, and events that arrive in disorder.
 */
final class ExpressivenessTest {
  private static final Path FOLDER = Path.of("src/test/resources/expressiveness").toAbsolutePath();

  /** A means of the language, and how it looks in a file. */
  private enum Shows {
    ABSENCE_AFTER("type: temporal\n(?:  .*\n)*?  condition: \\w+ and not \\w+\n"),
    ABSENCE_BEFORE(
        "type: temporal_ordered\n(?:  .*\n)*?  condition: (?:not \\w+ and \\w+|\\w+ and not \\w+)\n"),
    ALERTS_AS_INPUT("^logsource: \\{product: vigie, service: alert}$"),
    AT_LEAST("^  at-least: \\{"),
    COUNT("^  type: event_count$"),
    DISTINCT_VALUES("^  type: value_count$"),
    EPL("^  type: epl$"),
    KEY_FROM_A_RESPONSE("^    \\w+: \\{\\w+: responseElements\\.[\\w.]+, \\w+: userIdentity\\."),
    KEY_FROM_A_LIST(
        "instancesSet\\.items\\.instanceId$|group-by: \\[(?:related\\.user|resources\\.ARN|target\\.\\w+)]"),
    KEY_PER_STEP("^  aliases:\n"),
    NEW_TERMS("^  type: new_terms$"),
    ONE_GROUP("^  group-by: \\[]$"),
    ORDER("^  type: temporal_ordered$"),
    SEVERAL_SOURCES("(?s)source: (\\S+),.*source: (?!\\1)\\S+,"),
    SOME_OF_MANY("^  condition: \\d of \\w+\\*$"),
    STEP_THAT_CORRELATES("(?s)^correlation:.*^correlation:"),
    TOGETHER("^  type: temporal$"),
    UNTIL("^  until: \\[");

    private final Pattern form;

    Shows(String form) {
      this.form = Pattern.compile(form, Pattern.MULTILINE);
    }
  }

  private static final Map<String, Set<Shows>> FILES =
      Map.ofEntries(
          entry("01-push-bombing", EnumSet.of(Shows.COUNT, Shows.UNTIL)),
          entry("02-push-bombing-won", EnumSet.of(Shows.ORDER, Shows.AT_LEAST)),
          entry(
              "03-mfa-off-and-not-on-again",
              EnumSet.of(Shows.ABSENCE_AFTER, Shows.KEY_FROM_A_LIST)),
          entry(
              "04-stuffing-from-one-address",
              EnumSet.of(
                  Shows.STEP_THAT_CORRELATES,
                  Shows.DISTINCT_VALUES,
                  Shows.COUNT,
                  Shows.ABSENCE_BEFORE)),
          entry("05-many-sessions", EnumSet.of(Shows.DISTINCT_VALUES)),
          entry("06-alert-after-alert", EnumSet.of(Shows.ALERTS_AS_INPUT, Shows.ORDER)),
          entry(
              "07-console-login-without-sso",
              EnumSet.of(Shows.ABSENCE_BEFORE, Shows.KEY_PER_STEP, Shows.SEVERAL_SOURCES)),
          entry(
              "08-secret-exposed-and-not-quarantined",
              EnumSet.of(Shows.ABSENCE_AFTER, Shows.ONE_GROUP, Shows.SEVERAL_SOURCES)),
          entry("09-new-administrator", EnumSet.of(Shows.ORDER)),
          entry(
              "10-key-for-another-then-used",
              EnumSet.of(Shows.KEY_FROM_A_RESPONSE, Shows.KEY_PER_STEP)),
          entry(
              "11-exfiltration-then-deletion",
              EnumSet.of(Shows.AT_LEAST, Shows.KEY_FROM_A_LIST, Shows.TOGETHER)),
          entry(
              "12-user-data-backdoor",
              EnumSet.of(Shows.KEY_FROM_A_LIST, Shows.KEY_PER_STEP, Shows.ORDER)),
          entry("13-models-listed-then-used", EnumSet.of(Shows.ORDER)),
          entry(
              "14-pod-identity-abused",
              EnumSet.of(
                  Shows.KEY_FROM_A_RESPONSE, Shows.SOME_OF_MANY, Shows.STEP_THAT_CORRELATES)),
          entry("15-task-with-public-image", EnumSet.of(Shows.ORDER)),
          entry("16-build-key-used-elsewhere", EnumSet.of(Shows.TOGETHER)),
          entry("17-role-then-workload", EnumSet.of(Shows.ORDER)),
          entry("18-token-read-then-used", EnumSet.of(Shows.KEY_PER_STEP, Shows.SEVERAL_SOURCES)),
          entry("19-redirect-token-device", EnumSet.of(Shows.KEY_FROM_A_LIST, Shows.ORDER)),
          entry(
              "20-issue-with-ssh",
              EnumSet.of(Shows.KEY_PER_STEP, Shows.SEVERAL_SOURCES, Shows.TOGETHER, Shows.UNTIL)),
          entry("21-new-country", EnumSet.of(Shows.NEW_TERMS)),
          entry("22-two-browsers-one-session", EnumSet.of(Shows.EPL)),
          entry("23-secrets-read-in-bulk", EnumSet.of(Shows.DISTINCT_VALUES)),
          entry("24-arc-credentials", EnumSet.of(Shows.KEY_PER_STEP, Shows.SEVERAL_SOURCES)),
          entry("25-scanning-off-and-not-archived", EnumSet.of(Shows.ABSENCE_AFTER)),
          entry("26-failures-then-success", EnumSet.of(Shows.STEP_THAT_CORRELATES, Shows.ORDER)),
          entry("27-many-people-one-address", EnumSet.of(Shows.DISTINCT_VALUES)),
          entry("28-macie-blinded", EnumSet.of(Shows.COUNT)));

  @TestFactory
  Stream<DynamicTest> everythingThatAnalystsAskForCanBeSaid() {
    return RuleLibraryTest.tests(FOLDER);
  }

  @Test
  void eachMeansOfTheLanguageIsShown() {
    Set<Shows> shown = EnumSet.noneOf(Shows.class);
    FILES.values().forEach(shown::addAll);

    assertThat(shown).containsExactlyInAnyOrder(Shows.values());
  }

  @Test
  void eachFileIsInTheTable() {
    Set<String> names = new TreeSet<>();
    for (RulePack.File file : pack(FOLDER, new Problems()).files()) {
      names.add(name(file));
    }

    assertThat(names).isEqualTo(new TreeSet<>(FILES.keySet()));
  }

  @Test
  void togetherTheyHaveNoErrorsAndNoWarnings() {
    Problems problems = new Problems();

    assertThat(RuleLint.check(pack(FOLDER, problems), problems))
        .filteredOn(problem -> problem.severity() != Problem.Severity.NOTE)
        .isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> eachFileShowsWhatItStandsFor() {
    return pack(FOLDER, new Problems()).files().stream()
        .map(file -> DynamicTest.dynamicTest(name(file), () -> checkForm(file)));
  }

  private static void checkForm(RulePack.File file) throws IOException {
    String text = Files.readString(Path.of(file.name()));
    assertThat(FILES.get(name(file)))
        .allSatisfy(means -> assertThat(means.form.matcher(text).find()).as(text).isTrue());
  }

  @TestFactory
  Stream<DynamicTest> eachFileFiresNearlyFiresAndBearsDisorder() {
    return pack(FOLDER, new Problems()).files().stream()
        .map(file -> DynamicTest.dynamicTest(name(file), () -> checkCases(file)));
  }

  private static void checkCases(RulePack.File file) {
    Problems problems = new Problems();
    RulePack alone = pack(Path.of(file.name()), problems);
    assertThat(RuleLint.check(alone, problems))
        .filteredOn(problem -> problem.severity() != Problem.Severity.NOTE)
        .isEmpty();
    List<RuleTest> cases = RuleFileTests.of(file, LogSources.builtIn(), new Problems()).cases();

    assertThat(cases).as("a case that fires").anyMatch(test -> fires(test, file));
    assertThat(cases).as("a near miss").anyMatch(test -> isNearMiss(test, file));
    assertThat(cases).as("a case in disorder").anyMatch(ExpressivenessTest::isInDisorder);
  }

  /** The rule that the file is about has the name of the file's first document. */
  private static boolean fires(RuleTest test, RulePack.File file) {
    String about = about(file);
    return test.expected().stream().anyMatch(alert -> alert.rule().equals(about));
  }

  /** Other rules of the file may alert by themselves. */
  private static boolean isNearMiss(RuleTest test, RulePack.File file) {
    return !test.events().isEmpty() && test.alerts().orElse(0) == 0 && !fires(test, file);
  }

  private static boolean isInDisorder(RuleTest test) {
    List<Duration> times =
        test.events().stream()
            .sorted(Comparator.comparing(event -> event.at().plus(event.delay())))
            .map(TimedEvent::at)
            .toList();
    return !times.equals(times.stream().sorted().toList());
  }

  private static String about(RulePack.File file) {
    Pattern name = Pattern.compile("^name: (\\w+)$", Pattern.MULTILINE);
    try {
      Matcher found = name.matcher(Files.readString(Path.of(file.name())));
      assertThat(found.find()).isTrue();
      return found.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RulePack pack(Path path, Problems problems) {
    return RulePack.read(List.of(path), LogSources.builtIn(), problems);
  }

  private static String name(RulePack.File file) {
    return Path.of(file.name()).getFileName().toString().replaceFirst("\\.yml$", "");
  }
}
