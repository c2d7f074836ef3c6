package io.vigie.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rules as texts, over a log source of plain JSON objects that rules call {@code product: any}. */
public final class RuleText {
  private static final LogSources SOURCES = sources();
  public static final LogSource SOURCE = SOURCES.byId("test.any").orElseThrow();
  private static final ObjectMapper JSON = new ObjectMapper();

  private RuleText() {}

  /** The set of these files, called {@code 1.yml} and so on. */
  public static RuleSet read(Problems problems, String... files) {
    List<RulePack.File> pack = new ArrayList<>();
    for (String file : files) {
      pack.add(
          new RulePack.File((pack.size() + 1) + ".yml", file.getBytes(StandardCharsets.UTF_8)));
    }
    return RuleSet.of(new RulePack(pack, SOURCES), problems);
  }

  /** A set without any problem. */
  public static RuleSet sound(String... files) {
    Problems problems = new Problems();
    RuleSet rules = read(problems, files);
    assertThat(problems.all()).isEmpty();
    return rules;
  }

  /** Whether an event matches the one rule with this {@code detection}. */
  public static boolean matches(String detection, String event) {
    String rule = "id: r\ntitle: r\nlogsource: {product: any}\ndetection: " + detection + "\n";
    return !new RuleMatcher(SOURCE, sound(rule)).match(json(event)).rules().isEmpty();
  }

  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static LogSources sources() {
    String definition =
        """
        id: test.any
        lateness: 1m
        idle-timeout: 1m
        sigma: [{product: any}]
        time: {field: time}
        fields:
          source.ip: client.address
        """;
    return LogSources.builtIn()
        .with(
            List.of(
                new LogSources.Definition(
                    "source.yml", definition.getBytes(StandardCharsets.UTF_8))),
            new Problems());
  }
}
