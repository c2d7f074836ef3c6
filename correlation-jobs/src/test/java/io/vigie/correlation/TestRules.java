package io.vigie.correlation;

import io.vigie.correlation.Oracle.Seen;
import io.vigie.ingest.LogSources;
import io.vigie.release.Releases;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Correlation rules over the detection rules {@code a}, {@code b} and {@code c}. */
public final class TestRules {
  public static final String CLOUDTRAIL = "aws.cloudtrail";
  public static final String OKTA = "okta.system";

  /** Each matches the events of one log source that do what its name says. */
  static final List<Detection> DETECTIONS =
      List.of(
          new Detection("a", CLOUDTRAIL, Set.of("a")),
          new Detection("b", CLOUDTRAIL, Set.of("b")),
          new Detection("c", CLOUDTRAIL, Set.of("c")));

  private TestRules() {}

  /** A set of such rules, which nothing replaces. */
  static Releases always(RuleSet rules) {
    return TestReleases.always(rules);
  }

  /** The clock of the log source. */
  public static Map<String, Long> clock(long time) {
    return Map.of(CLOUDTRAIL, time);
  }

  /**
   * A detection rule.
   *
   * @param source id of the log source
   * @param actions it matches events that do one of these
   */
  record Detection(String name, String source, Set<String> actions) {
    String yaml() {
      return """
      name: %s
      title: %<s
      logsource: {%s}
      detection:
        selection: {does: %s}
        condition: selection
      """
          .formatted(
              name,
              source.equals(OKTA)
                  ? "product: okta, service: okta"
                  : "product: aws, service: cloudtrail",
              actions);
    }

    boolean matches(TestEvent event) {
      return event.source().equals(source) && event.does().stream().anyMatch(actions::contains);
    }
  }

  /** What the detection rules see of the events. */
  static List<Seen> seen(Collection<Detection> detections, Collection<TestEvent> events) {
    List<Seen> seen = new ArrayList<>();
    for (TestEvent event : events) {
      for (Detection detection : detections) {
        if (detection.matches(event)) {
          seen.add(new Seen(detection.name(), event.id(), event.time(), event.fields()));
        }
      }
    }
    return seen;
  }

  /** What the detection rules a, b and c see. */
  public static List<Seen> seen(Collection<TestEvent> events) {
    return seen(DETECTIONS, events);
  }

  /**
   * The files of a rule set.
   *
   * @param correlations each {@code NAME: {type: …}}, the value being Sigma's correlation block
   */
  public static RulePack pack(String... correlations) {
    List<String> documents = new ArrayList<>();
    for (String correlation : correlations) {
      int colon = correlation.indexOf(':');
      documents.add(
          "name: %s\ntitle: %<s\ncorrelation: %s\n"
              .formatted(correlation.substring(0, colon), correlation.substring(colon + 1)));
    }
    return pack(DETECTIONS, documents);
  }

  /** The same with other detection rules, and with whole documents. */
  static RulePack pack(List<Detection> detections, List<String> correlations) {
    List<String> documents = new ArrayList<>(detections.stream().map(Detection::yaml).toList());
    documents.addAll(correlations);
    byte[] yaml = String.join("---\n", documents).getBytes(StandardCharsets.UTF_8);
    return new RulePack(List.of(new RulePack.File("test.yml", yaml)), LogSources.builtIn());
  }

  /** The rules; a problem in them fails the test. */
  public static RuleSet rules(RulePack pack) {
    Problems problems = new Problems();
    RuleSet rules = RuleSet.of(pack, problems);
    if (!problems.all().isEmpty()) {
      throw new IllegalArgumentException(problems.all().toString());
    }
    return rules;
  }
}
