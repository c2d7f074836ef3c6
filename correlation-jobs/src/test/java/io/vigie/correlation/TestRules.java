package io.vigie.correlation;

import io.vigie.ingest.LogSources;
import io.vigie.release.OneRelease;
import io.vigie.release.Releases;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Correlation rules over the detection rules {@code a}, {@code b} and {@code c}. The tests make the
 * matches themselves, so what the detection rules look for does not matter.
 */
public final class TestRules {
  private static final String DETECTION =
      """
      name: %s
      title: %<s
      logsource: {product: aws, service: cloudtrail}
      detection:
        selection: {eventName: %<s}
        condition: selection
      ---
      """;

  /** The log source of the detection rules. */
  public static final String SOURCE = "aws.cloudtrail";

  private TestRules() {}

  /** A set of such rules, which nothing replaces. */
  static Releases always(RuleSet rules) {
    return new OneRelease(new RulePack(List.of(), LogSources.builtIn()), rules);
  }

  /** The clock of all log sources. */
  public static Map<String, Long> clock(long time) {
    return Map.of(SOURCE, time);
  }

  /**
   * The files of a rule set.
   *
   * @param correlations each {@code NAME: {type: …}}, the value being Sigma's correlation block
   */
  public static RulePack pack(String... correlations) {
    StringBuilder yaml = new StringBuilder();
    for (String detection : List.of("a", "b", "c")) {
      yaml.append(DETECTION.formatted(detection));
    }
    for (String correlation : correlations) {
      int colon = correlation.indexOf(':');
      String name = correlation.substring(0, colon);
      yaml.append("name: %s\ntitle: %<s\ncorrelation: ".formatted(name))
          .append(correlation.substring(colon + 1))
          .append("\n---\n");
    }
    yaml.setLength(yaml.length() - "---\n".length());
    return new RulePack(
        List.of(new RulePack.File("test.yml", yaml.toString().getBytes(StandardCharsets.UTF_8))),
        LogSources.builtIn());
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
