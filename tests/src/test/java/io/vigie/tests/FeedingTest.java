package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The page that says how records get into Kafka, and the configurations beside it. */
class FeedingTest {
  private static final Path FEEDING = Project.root().resolve("ingest/feeding");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9_.]+)` \\| (.*) \\|$");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");

  /** The last cells of the table's rows are partitions; by topic. */
  private static final Map<String, String> ROWS = new TreeMap<>();

  private static final Set<String> TOPICS =
      LogSources.builtIn().all().stream()
          .map(LogSource::topic)
          .collect(Collectors.toCollection(TreeSet::new));

  private static String page = "";

  @BeforeAll
  static void read() throws IOException {
    page = Files.readString(FEEDING.resolve("README.md"));
    String sources =
        page.substring(page.indexOf("## Each source"), page.indexOf("## Topics and keys"));
    ROW.matcher(sources)
        .results()
        .forEach(row -> assertThat(ROWS.put(row.group(1), row.group(2))).as(row.group(1)).isNull());
  }

  static List<Path> configurations() throws IOException {
    try (Stream<Path> files = Files.walk(FEEDING)) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.endsWith("README.md"))
          .map(FEEDING::relativize)
          .sorted()
          .toList();
    }
  }

  @Test
  void everyRowIsAKnownLogSource() {
    assertThat(ROWS).hasSizeGreaterThan(30);
    assertThat(TOPICS).containsAll(ROWS.keySet());
  }

  @Test
  void everyTopicIsCreatedWithThePartitionsThatThePageAdvises() throws IOException {
    Map<String, String> created = new TreeMap<>();
    String script = Files.readString(FEEDING.resolve("create-topics.sh"));
    String list = script.substring(script.indexOf("partitions='"), script.indexOf("for topic"));
    Pattern.compile("([a-z0-9_.-]+) +(\\d+)")
        .matcher(list)
        .results()
        .forEach(topic -> created.put(topic.group(1), topic.group(2)));
    Map<String, String> advised = new TreeMap<>();
    ROWS.forEach((topic, row) -> advised.put(topic, row.substring(row.lastIndexOf(' ') + 1)));
    advised.put("vigie.alerts", "1");
    advised.put("vigie.dead-letters", "1");
    assertThat(created).isEqualTo(advised);
  }

  @Test
  void aConfigurationThatCarriesATopicNamesIt() {
    ROWS.forEach(
        (topic, row) ->
            links(row)
                .forEach(
                    link -> {
                      Path file = Path.of(link);
                      assertThat(topicsOf(file)).as("%s for %s", link, topic).contains(topic);
                    }));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void aConfigurationNamesOnlyTopicsOfThePage(Path file) {
    assertThat(ROWS.keySet()).containsAll(topicsOf(file));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void aConfigurationCanBeRead(Path file) throws Exception {
    Path path = FEEDING.resolve(file);
    String name = file.toString();
    switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "yaml" -> {
        LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
        assertThat(new Load(settings).loadFromString(Files.readString(path)))
            .isInstanceOf(Map.class);
      }
      case "json" ->
          assertThat(
                  JsonMapper.builder()
                      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                      .build()
                      .readTree(path.toFile()))
              .isNotEmpty();
      case "properties" -> {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(path)) {
          properties.load(in);
        }
        assertThat(properties).isNotEmpty();
      }
      case "sh" -> {
        assertThat(path).isExecutable();
        Process bash = new ProcessBuilder("bash", "-n", path.toString()).inheritIO().start();
        assertThat(bash.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(bash.exitValue()).isZero();
      }
      case "conf" -> assertThat(openBrackets(Files.readString(path))).isEmpty();
      default -> throw new AssertionError("nothing reads " + file);
    }
  }

  @Test
  void everyLinkOfThePageLeadsToAFile() {
    Set<Path> linked = new TreeSet<>();
    for (String link : links(page)) {
      Path target = FEEDING.resolve(link).normalize();
      assertThat(target).exists();
      linked.add(target);
    }
    assertThat(linked).contains(FEEDING.resolve("vector/kafka.yaml"));
  }

  /** A link within this page needs a heading of that name. */
  @Test
  void everyLinkWithinThePageLeadsToAHeading() {
    Set<String> headings =
        page.lines()
            .filter(line -> line.startsWith("#"))
            .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
            .map(line -> "#" + line.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
            .collect(Collectors.toSet());
    assertThat(LINK.matcher(page).results().map(link -> link.group(1)))
        .filteredOn(link -> link.startsWith("#"))
        .isNotEmpty()
        .allMatch(headings::contains);
  }

  private static List<String> links(String markdown) {
    return LINK.matcher(markdown)
        .results()
        .map(link -> link.group(1))
        .filter(link -> !link.contains("://") && !link.startsWith("#"))
        .toList();
  }

  /** Words of a topic's form; a pattern of EventBridge has its topic as its name. */
  private static Set<String> topicsOf(Path file) {
    String name = Objects.requireNonNull(file.getFileName()).toString();
    if (file.startsWith("eventbridge") && name.endsWith(".json")) {
      return Set.of(name.substring(0, name.length() - ".json".length()));
    }
    String products =
        ROWS.keySet().stream()
            .map(topic -> topic.replaceFirst("\\..*", ""))
            .distinct()
            .collect(Collectors.joining("|"));
    Pattern topic =
        Pattern.compile("(?<![\\w./@-])(?:(?:" + products + ")\\.[a-z0-9_]+|ocsf)(?![\\w./@-])");
    try {
      return topic
          .matcher(Files.readString(FEEDING.resolve(file)))
          .results()
          .map(MatchResult::group)
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new AssertionError(file.toString(), e);
    }
  }

  /** Of a text whose comments are lines; within quotes nothing counts. */
  private static String openBrackets(String text) {
    StringBuilder open = new StringBuilder();
    boolean quoted = false;
    for (char c : text.replaceAll("(?m)^#.*$", "").toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && "([{".indexOf(c) >= 0) {
        open.append(c);
      } else if (!quoted && ")]}".indexOf(c) >= 0) {
        int last = open.length() - 1;
        assertThat(last).as("a bracket that nothing opened").isNotNegative();
        assertThat(open.charAt(last)).isEqualTo("([{".charAt(")]}".indexOf(c)));
        open.setLength(last);
      }
    }
    assertThat(quoted).as("an open quote").isFalse();
    return open.toString();
  }
}
