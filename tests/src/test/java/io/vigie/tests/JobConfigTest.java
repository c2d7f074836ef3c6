package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.job.EngineOptions;
import io.vigie.job.JobConfig;
import io.vigie.reference.ReferenceConfig;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobConfigTest {
  @TempDir Path folder;

  private final Problems problems = new Problems();

  private Optional<JobConfig> read(String yaml) throws Exception {
    return JobConfig.read(Files.writeString(folder.resolve("vigie.yaml"), yaml), problems);
  }

  @Test
  void theConfigurationOfDockerComposeIsSound() {
    Optional<JobConfig> config =
        JobConfig.read(Project.root().resolve("docker/vigie.yaml"), problems);

    assertThat(problems.all()).isEmpty();
    assertThat(config.orElseThrow().sources()).containsExactly("aws.cloudtrail");
    assertThat(config.orElseThrow().checkpointInterval()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void whatIsNotSaidHasAnOrdinaryValue() throws Exception {
    JobConfig config =
        read("""
                kafka: {bootstrap: "localhost:9092"}
                elasticsearch: {url: "http://localhost:9200"}
                sources: [aws.cloudtrail, aws.cloudtrail]
                rules: [rules/library]
                checkpoints: {folder: /var/lib/vigie}
                """)
            .orElseThrow();

    assertThat(config.sources()).containsExactly("aws.cloudtrail");
    assertThat(config.alertsTopic()).isEqualTo("vigie.alerts");
    assertThat(config.deadLettersTopic()).isEqualTo("vigie.dead-letters");
    assertThat(config.rulesTopic()).isEqualTo("vigie.rules");
    assertThat(config.reference()).isEqualTo(ReferenceConfig.ofTopics());
    assertThat(config.untilEnd()).isFalse();
  }

  @Test
  void referenceDataComesFromFilesThatAreNamedOrEveryProblemOfThemIsTold() throws Exception {
    String rest =
        """
        kafka: {bootstrap: "localhost:9092"}
        elasticsearch: {url: "http://localhost:9200"}
        sources: [aws.cloudtrail]
        rules: [rules/library]
        checkpoints: {folder: /var/lib/vigie}
        """;
    Path assets = Files.writeString(folder.resolve("assets.csv"), "id\na\n");
    ReferenceConfig reference =
        read(rest + "reference: {assets: '%s'}\ntopics: {reference: tables}\n".formatted(assets))
            .orElseThrow()
            .reference();
    assertThat(reference)
        .isEqualTo(new ReferenceConfig("tables", Map.of("assets", assets), null, null));

    assertThat(
            read(
                rest
                    + "reference: {asets: '%s', identities: none.csv}\n".formatted(assets)
                    + "geo: {city: none.mmdb, asn: '%s', country: x}\n".formatted(assets)))
        .isEmpty();
    assertThat(problems.errors())
        .extracting(Problem::code)
        .containsExactlyInAnyOrder(
            "UNKNOWN_KEY", "UNKNOWN_TABLE", "CANNOT_READ", "NO_GEO_DATABASE", "BAD_GEO_DATABASE");
  }

  @Test
  void howFarRulesAndSourcesMayGoIsSaidOrEveryProblemOfItTold() throws Exception {
    String rest =
        """
        kafka: {bootstrap: "localhost:9092"}
        elasticsearch: {url: "http://localhost:9200"}
        sources: [aws.cloudtrail]
        rules: [rules/library]
        checkpoints: {folder: /var/lib/vigie}
        """;
    EngineOptions options =
        read(rest
                + "silence: {aws.cloudtrail: 30m}\nshadow: [experimental]\n"
                + "budgets: {alerts-per-hour: 7, matches-per-rule: 99}\n")
            .orElseThrow()
            .options();
    assertThat(options.silence()).containsEntry("aws.cloudtrail", Duration.ofMinutes(30));
    assertThat(options.shadow()).containsExactly("experimental");
    assertThat(options.alertsPerHour()).isEqualTo(7);
    assertThat(options.budgets().matches()).isEqualTo(99);
    assertThat(read(rest).orElseThrow().options()).isEqualTo(EngineOptions.DEFAULT);

    assertThat(
            read(
                rest
                    + "silence: {aws.cloudtrial: 30m, okta.system: soon}\n"
                    + "shadow: [fresh]\nbudgets: {alerts-per-hour: -1}\n"))
        .isEmpty();
    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactlyInAnyOrder(
            "UNKNOWN_SOURCE", "BAD_TIMESPAN", "UNKNOWN_STATUS", "BAD_NUMBER");
  }

  @Test
  void companysOwnSourcesAreReadFromItsFolders() throws Exception {
    Path definitions = Files.createDirectory(folder.resolve("sources"));
    Path definition = definitions.resolve("orders.yml");
    String yaml =
        """
        kafka: {bootstrap: "localhost:9092"}
        elasticsearch: {url: "http://localhost:9200"}
        definitions: ["%s"]
        sources: [acme.orders, aws.cloudtrail]
        rules: [rules/library]
        checkpoints: {folder: /var/lib/vigie}
        """
            .formatted(definitions);

    Files.writeString(
        definition, "id: acme.orders\nlateness: 1m\nidle-timeout: 1m\ntime: {field: at}\n");
    JobConfig config = read(yaml).orElseThrow();
    assertThat(config.sources()).containsExactly("acme.orders", "aws.cloudtrail");
    assertThat(config.logSources().byId("acme.orders").orElseThrow().topic())
        .isEqualTo("acme.orders");

    Files.writeString(definition, "id: acme.orders\nlatness: 1m\nidle-timeout: 1m\n");
    assertThat(read(yaml)).isEmpty();
    assertThat(problems.all())
        .extracting(Problem::toString)
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains(definition + ":2:1", "latness", "did you mean 'lateness'?"));
  }

  @Test
  void everyProblemIsToldAtOnceWithItsLine() throws Exception {
    Optional<JobConfig> config =
        read(
            """
            kafka: {bootstrap: "localhost:9092", propertis: {}}
            elasticsearch: {url: "http://user:secret@localhost:9200"}
            sources: [aws.cloudtrial]
            checkpoints: {interval: soon}
            colour: blue
            """);

    assertThat(config).isEmpty();
    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactlyInAnyOrder(
            "UNKNOWN_KEY",
            "UNKNOWN_KEY",
            "BAD_ELASTICSEARCH",
            "UNKNOWN_SOURCE",
            "MISSING",
            "MISSING",
            "BAD_TIMESPAN");
    assertThat(problems.all())
        .extracting(Problem::toString)
        .anyMatch(
            told -> told.contains(":3:1: error UNKNOWN_SOURCE") && told.contains("did you mean"))
        .noneMatch(told -> told.contains("secret"));
  }

  @Test
  void aFileThatIsNotThereIsAProblemAndNoStackTrace() {
    assertThat(JobConfig.read(folder.resolve("none.yaml"), problems)).isEmpty();
    assertThat(problems.all()).extracting(Problem::code).isEqualTo(List.of("CANNOT_READ"));
  }
}
