package io.vigie.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.ingest.EnrichedFields;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code goldens/ENRICHER/NAME.json} is a list of ECS documents, {@code NAME.expected.json} what
 * this enricher makes of them, with the tables {@code goldens/ENRICHER/TABLE.ndjson}. {@code
 * -Dgolden.update=true} writes what it makes of them now.
 */
class EnricherGoldenTest {
  private static final Path ROOT = Path.of("goldens");
  private static final JsonMapper JSON = new JsonMapper();

  private static final Map<String, BiFunction<TestTables, GeoDatabases, Enricher>> ENRICHERS =
      new TreeMap<>(
          Map.of(
              "assets", (tables, geo) -> new AssetEnricher(tables),
              "changes", (tables, geo) -> new ChangeEnricher(tables),
              "clients", (tables, geo) -> new ClientEnricher(),
              "geo", (tables, geo) -> new GeoEnricher(geo),
              "identities", (tables, geo) -> new IdentityEnricher(tables),
              "indicators", (tables, geo) -> new IndicatorEnricher(tables),
              "posture", (tables, geo) -> new PostureEnricher(tables),
              "related", (tables, geo) -> new RelatedEnricher(),
              "versions", VersionEnricher::new,
              "zones", (tables, geo) -> new ZoneEnricher(tables)));

  @TempDir static Path temp;
  private static GeoDatabases geo = GeoDatabases.none();

  @BeforeAll
  static void writeDatabases() throws IOException {
    Problems problems = new Problems();
    geo = TestGeo.in(temp, problems);
    assertThat(problems.all()).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> eachDocumentGainsWhatIsExpected() {
    return ENRICHERS.keySet().stream()
        .flatMap(
            name ->
                documents(name).stream()
                    .map(
                        file ->
                            DynamicTest.dynamicTest(
                                name + "/" + file.getFileName(), () -> check(name, file))));
  }

  @Test
  void rulesKnowEveryFieldThatIsAdded() {
    assertThat(Enrichers.builtIn().adds()).isEqualTo(new TreeSet<>(EnrichedFields.ALL));
  }

  @Test
  void eachEnricherHasGoldens() {
    assertThat(ENRICHERS.keySet()).allSatisfy(name -> assertThat(documents(name)).isNotEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"assets", "geo", "indicators", "posture", "versions", "zones"})
  void whoeverLooksIntoWhatWasNotLoadedAddsNothing(String name) throws IOException {
    Enricher enricher = ENRICHERS.get(name).apply(new TestTables(temp), GeoDatabases.none());
    for (Path file : documents(name)) {
      for (JsonNode document : JSON.readTree(file.toFile())) {
        ObjectNode ecs = document.deepCopy();
        enricher.enrich(ecs, AsOf.time(0));
        assertThat(ecs).isEqualTo(document);
      }
    }
  }

  private static List<Path> documents(String enricher) {
    try (Stream<Path> files = Files.list(ROOT.resolve(enricher))) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .filter(file -> !file.toString().endsWith(".expected.json"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(String name, Path file) throws IOException {
    Enricher enricher = ENRICHERS.get(name).apply(new TestTables(file.getParent()), geo);
    JsonNode documents = JSON.readTree(Files.readAllBytes(file));
    ArrayNode enriched = JSON.createArrayNode();
    for (JsonNode document : documents) {
      ObjectNode ecs = document.deepCopy();
      AsOf asOf = AsOf.time(Instant.parse(document.path("@timestamp").asText()).toEpochMilli());
      enricher.enrich(ecs, asOf);
      ObjectNode once = ecs.deepCopy();
      enricher.enrich(ecs, asOf);
      assertThat(ecs).as("a second call adds nothing").isEqualTo(once);
      assertThat(missing(document, ecs)).as("nothing is overwritten").isEmpty();
      List<String> added = leaves("", ecs);
      added.removeAll(leaves("", document));
      assertThat(enricher.adds()).as("it says what it adds").containsAll(added);
      enriched.add(ecs);
    }
    String actual = text(enriched);
    Path golden =
        file.resolveSibling(file.getFileName().toString().replace(".json", ".expected.json"));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(golden));
  }

  /** What of the document is not in the enriched one as it was; lists may grow. */
  private static List<String> missing(JsonNode before, JsonNode after) {
    List<String> missing = new ArrayList<>();
    before
        .properties()
        .forEach(
            field -> {
              JsonNode now = after.path(field.getKey());
              if (field.getValue().isObject() && now.isObject()) {
                missing.addAll(missing(field.getValue(), now));
              } else if (!now.isArray() && !now.equals(field.getValue())) {
                missing.add(field.getKey());
              }
            });
    return missing;
  }

  private static List<String> leaves(String path, JsonNode node) {
    List<String> all = new ArrayList<>();
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  all.addAll(
                      leaves(
                          path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                          field.getValue())));
    } else if (node.isArray()) {
      node.forEach(each -> all.addAll(leaves(path, each)));
    } else {
      all.add(path);
    }
    return all;
  }

  private static String text(ArrayNode array) throws IOException {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter()
            .withArrayIndenter(new DefaultIndenter("  ", "\n"))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"));
    return new String(JSON.writer(printer).writeValueAsBytes(array), StandardCharsets.UTF_8) + "\n";
  }
}
