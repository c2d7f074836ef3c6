package io.vigie.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rules as texts, over a log source of plain JSON objects that rules call {@code product: any}. */
public final class RuleText {
  static final LogSources SOURCES = sources();
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
    RuleMatcher matcher = new RuleMatcher(SOURCE, sound(rule));
    ObjectNode payload = (ObjectNode) json(event);
    SOURCE.complete(payload, 0, "");
    boolean matches = !matcher.match(event(payload)).rules().isEmpty();
    assertThat(matcher.match(decoded(matcher.source(), payload)).rules().isEmpty())
        .isEqualTo(!matches);
    return matches;
  }

  /** An event that is all there. */
  public static Event event(JsonNode payload) {
    return new Event(SOURCE.id(), "id", 0, payload, new Origin("", 0, 0));
  }

  /** An event as this log source reads it. */
  public static Event decoded(LogSource source, JsonNode payload) {
    List<Decoded> decoded = new ArrayList<>();
    source.decode(
        RawRecord.whole(new Origin("", 0, 0), payload.toString().getBytes(StandardCharsets.UTF_8)),
        decoded::add);
    return (Event) decoded.get(0);
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
