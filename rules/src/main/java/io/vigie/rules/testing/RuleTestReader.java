package io.vigie.rules.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.rules.testing.RuleTest.EventFile;
import io.vigie.rules.testing.RuleTest.ExpectedAlert;
import io.vigie.rules.testing.RuleTest.TimedEvent;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import io.vigie.yaml.Timespan;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code tests} of a rule file. */
public final class RuleTestReader {
  private static final Set<String> CASE_KEYS = Set.of("name", "events", "reference", "alerts");
  private static final Set<String> EVENT_KEYS =
      Set.of("id", "at", "source", "event", "file", "repeat", "every", "delay");
  private static final Set<String> ALERT_KEYS =
      Set.of("rule", "group", "events", "from", "to", "evidence");
  private static final Pattern SPAN = Pattern.compile("\\d{1,6}[smhd]");
  private static final int MAX_REPEAT = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Problems.OfFile problems;

  public RuleTestReader(Problems.OfFile problems) {
    this.problems = problems;
  }

  /** The cases that are sound; the problems of the others are reported. */
  public List<RuleTest> read(YamlValue tests) {
    List<RuleTest> cases = new ArrayList<>();
    if (!(tests instanceof YamlList list)) {
      report(tests.place(), "tests must be a list of cases, not " + tests.kind());
      return cases;
    }
    for (YamlValue item : list.items()) {
      try {
        cases.add(readCase(map(item, "a case", CASE_KEYS)));
      } catch (BadTest e) {
        report(e.place, e.problem);
      }
    }
    return cases;
  }

  private RuleTest readCase(YamlMap map) {
    List<TimedEvent> events = new ArrayList<>();
    List<EventFile> files = new ArrayList<>();
    Set<String> labels = new HashSet<>();
    for (YamlValue item : list(map, "events")) {
      YamlMap event = map(item, "an event", EVENT_KEYS);
      text(event, "id")
          .filter(label -> !labels.add(label))
          .ifPresent(
              label -> {
                throw new BadTest(event.placeOf("id"), "another event has the id '" + label + "'");
              });
      if (event.get("file").isPresent()) {
        files.add(readFile(event));
      } else {
        events.addAll(readEvents(event));
      }
    }
    YamlValue alerts =
        map.get("alerts").orElseThrow(() -> new BadTest(map.place(), "alerts is missing"));
    List<ExpectedAlert> expected = new ArrayList<>();
    if (alerts instanceof YamlList list) {
      for (YamlValue item : list.items()) {
        expected.add(readAlert(map(item, "an alert", ALERT_KEYS)));
      }
    }
    return new RuleTest(
        text(map, "name").orElse("line " + map.place().line()),
        problems.file(),
        map.place(),
        events,
        files,
        reference(map),
        alerts instanceof YamlList ? OptionalInt.empty() : OptionalInt.of(count(alerts)),
        expected);
  }

  private static Map<String, List<JsonNode>> reference(YamlMap of) {
    Map<String, List<JsonNode>> tables = new TreeMap<>();
    if (of.get("reference").isPresent()) {
      YamlMap map = map(of.get("reference").get(), "reference", null);
      for (String table : map.entries().keySet()) {
        List<JsonNode> rows = new ArrayList<>();
        list(map, table).forEach(row -> rows.add(JSON.valueToTree(row.plain())));
        tables.put(table, rows);
      }
    }
    return tables;
  }

  private ExpectedAlert readAlert(YamlMap map) {
    List<String> group = null;
    if (map.get("group").isPresent()) {
      group = list(map, "group").stream().map(RuleTestReader::plainText).toList();
    }
    return new ExpectedAlert(
        text(map, "rule").orElseThrow(() -> new BadTest(map.place(), "rule is missing")),
        group,
        map.get("events").map(value -> OptionalInt.of(count(value))).orElse(OptionalInt.empty()),
        optionalDuration(map, "from"),
        optionalDuration(map, "to"),
        map.get("evidence").isEmpty()
            ? null
            : list(map, "evidence").stream().map(RuleTestReader::plainText).toList());
  }

  private EventFile readFile(YamlMap map) {
    for (String key : List.of("event", "repeat", "every")) {
      if (map.get(key).isPresent()) {
        throw new BadTest(map.placeOf(key), "a file's events have no " + key);
      }
    }
    String path = text(map, "file").orElse("");
    if (path.isEmpty()
        || path.startsWith("/")
        || path.contains("\\")
        || path.contains(":")
        || Arrays.asList(path.split("/")).contains("..")) {
      throw new BadTest(
          map.placeOf("file"),
          "file must be in the folder of the rule or below, not '" + path + "'");
    }
    return new EventFile(
        text(map, "id").orElse(null),
        text(map, "source").orElse(null),
        path,
        optionalDuration(map, "at"),
        duration(map, "delay"));
  }

  private static String plainText(YamlValue value) {
    if (value instanceof YamlScalar scalar) {
      return scalar.text();
    }
    throw new BadTest(value.place(), "a plain value is expected, not " + value.kind());
  }

  private List<TimedEvent> readEvents(YamlMap map) {
    YamlMap event =
        map(
            map.get("event")
                .orElseThrow(() -> new BadTest(map.place(), "event is missing, or a file")),
            "event",
            null);
    Duration at = duration(map, "at");
    Duration every = duration(map, "every");
    int repeat = map.get("repeat").map(RuleTestReader::count).orElse(1);
    if (repeat > MAX_REPEAT) {
      throw new BadTest(map.placeOf("repeat"), "repeat may be at most " + MAX_REPEAT);
    }
    List<TimedEvent> events = new ArrayList<>();
    for (int n = 1; n <= repeat; n++) {
      ObjectNode json = JSON.valueToTree(numbered(event.plain(), n));
      String label = text(map, "id").orElse(null);
      events.add(
          new TimedEvent(
              label == null || repeat == 1 ? label : label + n,
              text(map, "source").orElse(null),
              at.plus(every.multipliedBy(n - 1L)),
              duration(map, "delay"),
              json));
    }
    return events;
  }

  /** The value with {@code {n}} in its texts replaced. */
  private static @Nullable Object numbered(@Nullable Object value, int n) {
    if (value instanceof String text) {
      return text.replace("{n}", Integer.toString(n));
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(item -> copy.add(numbered(item, n)));
      return copy;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put(key, numbered(item, n)));
      return copy;
    }
    return value;
  }

  private static Duration duration(YamlMap map, String key) {
    return optionalDuration(map, key).orElse(Duration.ZERO);
  }

  private static Optional<Duration> optionalDuration(YamlMap map, String key) {
    return map.get(key)
        .map(
            value ->
                span(String.valueOf(value.plain()))
                    .orElseThrow(
                        () ->
                            new BadTest(
                                map.placeOf(key), key + " must be a time such as 90s, 5m or 2h")));
  }

  /** One span or several in a row, as {@link Timespan#text} writes them: {@code 1h5m}. */
  private static Optional<Duration> span(String text) {
    if (!text.matches("(" + SPAN + ")+")) {
      return Optional.empty();
    }
    Duration sum = Duration.ZERO;
    Matcher part = SPAN.matcher(text);
    while (part.find()) {
      sum = sum.plus(Timespan.parse(part.group()).orElseThrow());
    }
    return Optional.of(sum);
  }

  private static int count(YamlValue value) {
    if (value instanceof YamlScalar scalar
        && scalar.value() instanceof Long number
        && number >= 0
        && number <= Integer.MAX_VALUE) {
      return number.intValue();
    }
    throw new BadTest(value.place(), "a number is expected, not " + value.kind());
  }

  private static Optional<String> text(YamlMap map, String key) {
    return map.get(key).map(value -> String.valueOf(value.plain()));
  }

  private static List<YamlValue> list(YamlMap map, String key) {
    if (map.get(key).orElse(null) instanceof YamlList list) {
      return list.items();
    }
    throw new BadTest(map.placeOf(key), key + " must be a list");
  }

  private static YamlMap map(YamlValue value, String what, @Nullable Set<String> keys) {
    if (!(value instanceof YamlMap map)) {
      throw new BadTest(value.place(), what + " must be a map, not " + value.kind());
    }
    for (String key : map.entries().keySet()) {
      if (keys != null && !keys.contains(key)) {
        String known = String.join(", ", keys.stream().sorted().toList());
        String hint = keys.equals(EVENT_KEYS) ? "; what the record says stands below 'event'" : "";
        throw new BadTest(map.placeOf(key), "'" + key + "' is not one of " + known + hint);
      }
    }
    return map;
  }

  private void report(Place place, String problem) {
    problems.error(place, "BAD_TEST", problem, "see rules/README.md, \"Tests\"");
  }

  private static final class BadTest extends RuntimeException {
    private final Place place;
    private final String problem;

    private BadTest(Place place, String problem) {
      super(problem, null, false, false);
      this.place = place;
      this.problem = problem;
    }
  }
}
