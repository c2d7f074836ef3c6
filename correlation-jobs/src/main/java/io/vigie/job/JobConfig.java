package io.vigie.job;

import io.vigie.alert.AlertGate;
import io.vigie.correlation.RuleBudgets;
import io.vigie.enrichment.GeoDatabases;
import io.vigie.enrichment.Tables;
import io.vigie.ingest.LogSources;
import io.vigie.job.sink.ElasticsearchConfig;
import io.vigie.job.sink.Secret;
import io.vigie.reference.ReferenceConfig;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import io.vigie.yaml.Timespan;
import io.vigie.yaml.YamlReader;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code vigie.yaml} says. Secrets are named, never written in it.
 *
 * @param bootstrap Kafka's {@code bootstrap.servers}
 * @param kafkaProperties of Kafka's clients; a value {@code env:NAME} or {@code file:/path} is read
 *     from there
 * @param sources ids of the log sources to read
 * @param logSources all that are known, a company's own among them
 * @param rules folders of rules
 * @param checkpointFolder where the state is kept; an absolute path or URI
 * @param rulesTopic where rules are published that replace those of the folders
 * @param reference where reference data comes from
 * @param options how far rules and sources may go
 * @param untilEnd whether the job ends when it has read what the topics held at its start. Such a
 *     run neither goes on from a checkpoint nor makes one: it decides as if no event would come any
 *     more, and nobody may go on from that
 */
public record JobConfig(
    String bootstrap,
    Map<String, String> kafkaProperties,
    ElasticsearchConfig elasticsearch,
    List<String> sources,
    LogSources logSources,
    List<Path> rules,
    String checkpointFolder,
    Duration checkpointInterval,
    String alertsTopic,
    String deadLettersTopic,
    String rulesTopic,
    ReferenceConfig reference,
    EngineOptions options,
    boolean untilEnd) {

  private static final Map<String, Set<String>> KEYS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("kafka", Set.of("bootstrap", "properties")),
              Map.entry("elasticsearch", Set.of("url", "user", "password-file", "certificates")),
              Map.entry("checkpoints", Set.of("folder", "interval")),
              Map.entry("topics", Set.of("alerts", "dead-letters", "rules", "reference")),
              Map.entry("budgets", Set.of("alerts-per-hour", "matches-per-rule")),
              Map.entry("silence", Set.of()),
              Map.entry("shadow", Set.of()),
              Map.entry("sources", Set.of()),
              Map.entry("reference", Set.of()),
              Map.entry("geo", Set.of("city", "asn")),
              Map.entry("definitions", Set.of()),
              Map.entry("rules", Set.of())));

  private static final Set<String> STATUSES =
      new TreeSet<>(Set.of("stable", "test", "experimental", "deprecated", "unsupported"));

  /** Where the password is, when no file is named. */
  private static final Secret PASSWORD = new Secret("env:VIGIE_ELASTICSEARCH_PASSWORD");

  public JobConfig {
    kafkaProperties = Map.copyOf(kafkaProperties);
    sources = List.copyOf(sources);
    rules = List.copyOf(rules);
  }

  /** The same job, which ends when it has read what the topics hold now. */
  public JobConfig withUntilEnd(boolean ends) {
    return new JobConfig(
        bootstrap,
        kafkaProperties,
        elasticsearch,
        sources,
        logSources,
        rules,
        checkpointFolder,
        checkpointInterval,
        alertsTopic,
        deadLettersTopic,
        rulesTopic,
        reference,
        options,
        ends);
  }

  /** Reads the file; empty, with all problems told, where it is not fit. */
  public static Optional<JobConfig> read(Path file, Problems problems) {
    Problems.OfFile ofFile = problems.of(file.toString());
    byte[] yaml;
    try {
      yaml = Files.readAllBytes(file);
    } catch (IOException e) {
      ofFile.error(
          Place.START, "CANNOT_READ", "the configuration cannot be read", "name a file: --config");
      return Optional.empty();
    }
    List<YamlValue> documents = YamlReader.read(yaml, ofFile);
    if (problems.hasErrors()) {
      return Optional.empty();
    }
    if (documents.size() != 1 || !(documents.get(0) instanceof YamlMap map)) {
      ofFile.error(Place.START, "NO_CONFIGURATION", "the file must hold one map", "see README.md");
      return Optional.empty();
    }
    return new Reader(map, ofFile).read(problems);
  }

  /** Finds every problem before it gives up. */
  private record Reader(YamlMap root, Problems.OfFile problems) {

    private Optional<JobConfig> read(Problems all) {
      checkKeys();
      String bootstrap = text("kafka", "bootstrap", null);
      Map<String, String> properties = properties();
      ElasticsearchConfig elasticsearch = elasticsearch();
      LogSources logSources =
          LogSources.builtIn().withFiles(texts("definitions").stream().map(Path::of).toList(), all);
      List<String> sources = sources(logSources);
      List<Path> rules = texts("rules").stream().map(Path::of).toList();
      if (rules.isEmpty()) {
        missing("rules", "a list of folders");
      }
      String folder = text("checkpoints", "folder", null);
      Duration interval = interval();
      String alerts = text("topics", "alerts", "vigie.alerts");
      String deadLetters = text("topics", "dead-letters", "vigie.dead-letters");
      String published = text("topics", "rules", "vigie.rules");
      EngineOptions options = options(logSources);
      ReferenceConfig reference =
          reference(text("topics", "reference", ReferenceConfig.TOPICS), all);
      if (all.hasErrors()
          || bootstrap == null
          || elasticsearch == null
          || folder == null
          || alerts == null
          || deadLetters == null
          || published == null) {
        return Optional.empty();
      }
      return Optional.of(
          new JobConfig(
              bootstrap,
              properties,
              elasticsearch,
              sources,
              logSources,
              rules,
              folder,
              interval,
              alerts,
              deadLetters,
              published,
              reference,
              options,
              false));
    }

    private void checkKeys() {
      for (String key : root.entries().keySet()) {
        Set<String> known = KEYS.get(key);
        if (known == null) {
          unknown(root, key, KEYS.keySet());
        } else if (!known.isEmpty() && root.get(key).orElse(null) instanceof YamlMap map) {
          map.entries().keySet().stream()
              .filter(inner -> !known.contains(inner))
              .forEach(inner -> unknown(map, inner, known));
        }
      }
    }

    private void unknown(YamlMap map, String key, Set<String> known) {
      String near = Problems.didYouMean(key, known);
      problems.error(
          map.placeOf(key),
          "UNKNOWN_KEY",
          "the key '" + key + "' is not known",
          near.isEmpty()
              ? "known are " + String.join(", ", known.stream().sorted().toList())
              : near);
    }

    private @Nullable ElasticsearchConfig elasticsearch() {
      String url = text("elasticsearch", "url", null);
      if (url == null) {
        return null;
      }
      String user = optional("elasticsearch", "user");
      String passwordFile = optional("elasticsearch", "password-file");
      Secret password = passwordFile == null ? PASSWORD : new Secret("file:" + passwordFile);
      try {
        return new ElasticsearchConfig(
            URI.create(url),
            user,
            user == null ? null : password,
            optional("elasticsearch", "certificates"));
      } catch (IllegalArgumentException e) {
        problems.error(
            place("elasticsearch", "url"), "BAD_ELASTICSEARCH", String.valueOf(e.getMessage()), "");
        return null;
      }
    }

    private List<String> sources(LogSources logSources) {
      List<String> named = texts("sources").stream().distinct().toList();
      if (named.isEmpty()) {
        missing("sources", "a list such as [aws.cloudtrail]");
      }
      for (String source : named) {
        if (source.equals(RuleSet.ALERTS)) {
          problems.error(
              root.placeOf("sources"),
              "ALERTS_ARE_NO_SOURCE",
              "the job takes its own alerts as input without reading their topic",
              "drop " + source);
        } else if (logSources.byId(source).isEmpty()) {
          problems.error(
              root.placeOf("sources"),
              "UNKNOWN_SOURCE",
              "there is no log source '" + source + "'",
              logSources.suggestionFor(source));
        }
      }
      return named;
    }

    /** Files of tables are read when the job starts: some are long. */
    private ReferenceConfig reference(@Nullable String topics, Problems all) {
      Map<String, Path> files = new TreeMap<>();
      section("reference")
          .ifPresent(
              map ->
                  map.entries()
                      .forEach(
                          (table, entry) ->
                              files.put(table, Path.of(String.valueOf(entry.value().plain())))));
      files.forEach(
          (table, file) -> {
            if (Tables.named(table).isEmpty()) {
              problems.error(
                  place("reference", table),
                  "UNKNOWN_TABLE",
                  "there is no table '" + table + "'",
                  Tables.suggestionFor(table));
            } else if (!Files.isReadable(file)) {
              problems.error(
                  place("reference", table),
                  "CANNOT_READ",
                  file + " cannot be read",
                  "name a file, or load the table into its topic: vigie reference load");
            }
          });
      @Nullable Path city = path("geo", "city");
      @Nullable Path asn = path("geo", "asn");
      GeoDatabases.open(city, asn, all).close();
      return new ReferenceConfig(String.valueOf(topics), files, city, asn);
    }

    private @Nullable Path path(String section, String key) {
      String text = optional(section, key);
      return text == null ? null : Path.of(text);
    }

    private EngineOptions options(LogSources logSources) {
      RuleBudgets budgets = RuleBudgets.DEFAULT;
      int matches = number("budgets", "matches-per-rule", budgets.matches());
      Map<String, Duration> silence = new TreeMap<>();
      section("silence")
          .ifPresent(
              map -> map.entries().forEach((source, entry) -> silence(map, source, silence)));
      for (String source : silence.keySet()) {
        if (logSources.byId(source).isEmpty()) {
          problems.error(
              place("silence", source),
              "UNKNOWN_SOURCE",
              "there is no log source '" + source + "'",
              logSources.suggestionFor(source));
        }
      }
      Set<String> shadow = new TreeSet<>(texts("shadow"));
      for (String status : shadow) {
        if (!STATUSES.contains(status)) {
          problems.error(
              root.placeOf("shadow"),
              "UNKNOWN_STATUS",
              "no rule has the status '" + status + "'",
              "known are " + String.join(", ", STATUSES));
        }
      }
      return new EngineOptions(
          number("budgets", "alerts-per-hour", AlertGate.PER_HOUR),
          new RuleBudgets(budgets.time(), budgets.perMatch(), matches, budgets.rows()),
          silence,
          shadow);
    }

    private void silence(YamlMap map, String source, Map<String, Duration> silence) {
      String written = String.valueOf(optional("silence", source));
      Timespan.parse(written)
          .filter(span -> !span.isZero())
          .ifPresentOrElse(
              span -> silence.put(source, span),
              () ->
                  problems.error(
                      map.placeOf(source), "BAD_TIMESPAN", "no span of time", "such as 30m"));
    }

    private int number(String section, String key, int otherwise) {
      String written = optional(section, key);
      if (written == null) {
        return otherwise;
      }
      if (written.matches("[1-9][0-9]{0,8}")) {
        return Integer.parseInt(written);
      }
      problems.error(place(section, key), "BAD_NUMBER", "no positive number", "such as 1000");
      return otherwise;
    }

    private Map<String, String> properties() {
      Map<String, String> properties = new TreeMap<>();
      if (section("kafka").flatMap(kafka -> kafka.get("properties")).orElse(null)
          instanceof YamlMap map) {
        map.entries()
            .forEach((key, entry) -> properties.put(key, String.valueOf(entry.value().plain())));
      }
      return properties;
    }

    private Duration interval() {
      String written = text("checkpoints", "interval", "10s");
      Optional<Duration> interval = Timespan.parse(String.valueOf(written));
      if (interval.filter(i -> !i.isZero()).isEmpty()) {
        problems.error(
            place("checkpoints", "interval"), "BAD_TIMESPAN", "no span of time", "such as 10s");
      }
      return interval.orElse(Duration.ofSeconds(10));
    }

    private List<String> texts(String key) {
      List<String> texts = new ArrayList<>();
      if (root.get(key).orElse(null) instanceof YamlList list) {
        list.items().forEach(item -> texts.add(String.valueOf(item.plain())));
      }
      return texts;
    }

    private @Nullable String text(String section, String key, @Nullable String otherwise) {
      String text = optional(section, key);
      if (text == null && otherwise == null) {
        missing(section + "." + key, "a text");
      }
      return text == null ? otherwise : text;
    }

    private @Nullable String optional(String section, String key) {
      return section(section)
          .flatMap(map -> map.get(key))
          .map(YamlValue::plain)
          .map(String::valueOf)
          .orElse(null);
    }

    private Optional<YamlMap> section(String name) {
      return root.get(name).filter(YamlMap.class::isInstance).map(YamlMap.class::cast);
    }

    private Place place(String section, String key) {
      return section(section).map(map -> map.placeOf(key)).orElse(root.place());
    }

    private void missing(String key, String what) {
      problems.error(root.place(), "MISSING", "'" + key + "' is missing", "give it " + what);
    }
  }
}
