package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads docker-compose.yml as Compose does, for where no Docker engine can try it. */
class DockerComposeTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> ONE_SHOT = Set.of("init");

  private static Map<String, Object> compose = Map.of();
  private static final Map<String, Map<String, Object>> SERVICES = new LinkedHashMap<>();

  @BeforeAll
  static void read() throws IOException {
    compose = yaml(ROOT.resolve("docker-compose.yml"));
    for (Map.Entry<String, Object> service : map(compose.get("services")).entrySet()) {
      SERVICES.put(service.getKey(), merged(map(service.getValue())));
    }
  }

  @Test
  void theServicesAreThoseOfTheDesign() {
    assertThat(SERVICES)
        .containsOnlyKeys("kafka", "elasticsearch", "init", "jobmanager", "taskmanager", "kibana");
  }

  @Test
  void everyPublishedPortIsBoundToLoopback() {
    List<String> ports = new ArrayList<>();
    SERVICES.values().forEach(service -> ports.addAll(strings(service.get("ports"))));
    assertThat(ports).isNotEmpty().allMatch(port -> port.startsWith("127.0.0.1:"));
    assertThat(SERVICES.values()).noneMatch(service -> service.containsKey("network_mode"));
  }

  @Test
  void everyServiceHasAHealthCheckOrEndsByItself() {
    SERVICES.forEach(
        (name, service) -> {
          if (ONE_SHOT.contains(name)) {
            assertThat(service.get("restart")).as(name).isEqualTo("no");
          } else {
            assertThat(strings(map(service.get("healthcheck")).get("test"))).as(name).isNotEmpty();
            assertThat(service.get("restart")).as(name).isEqualTo("unless-stopped");
          }
        });
  }

  @Test
  void whoDependsOnAServiceSaysOnWhichOfItsStates() {
    SERVICES.forEach(
        (name, service) ->
            map(service.getOrDefault("depends_on", Map.of()))
                .forEach(
                    (other, how) -> {
                      assertThat(SERVICES).as(name).containsKey(other);
                      assertThat(map(how).get("condition"))
                          .as("%s depends on %s", name, other)
                          .isEqualTo(
                              ONE_SHOT.contains(other)
                                  ? "service_completed_successfully"
                                  : other.equals("jobmanager")
                                      ? "service_started"
                                      : "service_healthy");
                    }));
  }

  @Test
  void imageVersionsAreThoseOfThePom() throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    String flink = "flink:" + property(pom, "flink.version") + "-java17";
    String kafka = "apache/kafka:" + property(pom, "kafka.broker.version");
    String elastic = property(pom, "elasticsearch.server.version");
    Map<String, String> images = new LinkedHashMap<>();
    SERVICES.forEach((name, service) -> images.put(name, text(service.get("image"))));
    assertThat(images)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "kafka", kafka,
                "init", kafka,
                "jobmanager", flink,
                "taskmanager", flink,
                "elasticsearch", "docker.elastic.co/elasticsearch/elasticsearch:" + elastic,
                "kibana", "docker.elastic.co/kibana/kibana:" + elastic));
  }

  @Test
  void secretsComeFromTheEnvironmentAndHaveNoDefault() throws IOException {
    Set<String> variables = new TreeSet<>();
    SERVICES
        .values()
        .forEach(
            service ->
                map(service.getOrDefault("environment", Map.of()))
                    .forEach(
                        (key, value) -> {
                          if (key.matches("(?i).*(PASSWORD|SECRET|TOKEN|KEY).*")) {
                            Matcher reference =
                                Pattern.compile("\\$\\{([A-Z_]+):\\?[^}]+}").matcher(text(value));
                            assertThat(reference.matches()).as(key).isTrue();
                            variables.add(reference.group(1));
                          }
                        }));
    assertThat(variables).containsExactly("ELASTIC_PASSWORD", "KIBANA_PASSWORD");
    assertThat(Files.readAllLines(ROOT.resolve(".env.example")))
        .filteredOn(line -> !line.startsWith("#"))
        .containsExactlyInAnyOrder("ELASTIC_PASSWORD=", "KIBANA_PASSWORD=");
    assertThat(Files.readAllLines(ROOT.resolve(".gitignore"))).contains(".env");
    assertThat(map(yaml(ROOT.resolve("docker/vigie.yaml")).get("elasticsearch")))
        .containsOnlyKeys("url", "user");
  }

  @Test
  void mountedFilesExist() {
    Set<String> named = map(compose.get("volumes")).keySet();
    List<String> files = new ArrayList<>();
    SERVICES.forEach(
        (name, service) -> {
          for (Object volume : list(service.get("volumes"))) {
            if (volume instanceof String text) {
              assertThat(named).as(name).contains(text.substring(0, text.indexOf(':')));
              continue;
            }
            Map<String, Object> bind = map(volume);
            assertThat(bind)
                .as(name)
                .containsEntry("type", "bind")
                .containsEntry("read_only", true);
            assertThat(map(bind.get("bind"))).as(name).containsEntry("create_host_path", false);
            files.add(text(bind.get("source")));
          }
        });
    assertThat(files)
        .contains("./correlation-jobs/target/vigie-job.jar", "./docker/vigie.yaml")
        .filteredOn(file -> !file.contains("/target/"))
        .allMatch(file -> Files.exists(ROOT.resolve(file)), "exists");
  }

  @Test
  void nobodyCanSubmitOrCancelJobs() {
    for (String name : List.of("jobmanager", "taskmanager")) {
      String properties = text(map(service(name).get("environment")).get("FLINK_PROPERTIES"));
      Map<String, Object> flink = map(load(properties));
      assertThat(flink)
          .containsEntry("web.submit.enable", false)
          .containsEntry("web.cancel.enable", false)
          .containsEntry("restart-strategy.type", "exponential-delay");
    }
  }

  @Test
  void theJobReadsItsConfigurationAndTheTopicsExist() throws IOException {
    assertThat(String.join(" ", strings(service("jobmanager").get("command"))))
        .contains("standalone-job --job-classname io.vigie.job.MainJob")
        .contains("--config /opt/vigie/vigie.yaml");
    Map<String, Object> config = yaml(ROOT.resolve("docker/vigie.yaml"));
    Map<String, Object> topics = map(config.get("topics"));
    assertThat(Files.readString(ROOT.resolve("docker/init.sh")))
        .contains(strings(config.get("sources")))
        .contains(text(topics.get("alerts")), text(topics.get("dead-letters")))
        .contains("--topic " + text(topics.get("rules")) + " --partitions 1")
        .contains("--config retention.ms=-1 --config retention.bytes=-1");
    assertThat(config)
        .containsOnlyKeys("kafka", "elasticsearch", "sources", "rules", "checkpoints", "topics");
  }

  private static Map<String, Object> service(String name) {
    return Objects.requireNonNull(SERVICES.get(name), name);
  }

  private static String property(String pom, String name) {
    Matcher value = Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(pom);
    assertThat(value.find()).as(name).isTrue();
    return value.group(1);
  }

  /** YAML 1.2 knows no merge key, Compose does. */
  private static Map<String, Object> merged(Map<String, Object> service) {
    Map<String, Object> all = new LinkedHashMap<>(map(service.getOrDefault("<<", Map.of())));
    all.putAll(service);
    all.remove("<<");
    return all;
  }

  private static Map<String, Object> yaml(Path file) throws IOException {
    return map(load(Files.readString(file)));
  }

  private static Object load(String yaml) {
    LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
    return Objects.requireNonNull(new Load(settings).loadFromString(yaml));
  }

  private static Map<String, Object> map(@Nullable Object value) {
    assertThat(value).isInstanceOf(Map.class);
    Map<String, Object> map = new LinkedHashMap<>();
    ((Map<?, ?>) Objects.requireNonNull(value))
        .forEach((key, each) -> map.put(String.valueOf(key), each == null ? "" : each));
    return map;
  }

  private static List<Object> list(@Nullable Object value) {
    return value == null ? List.of() : List.copyOf((List<?>) value);
  }

  private static List<String> strings(@Nullable Object value) {
    return list(value).stream().map(String::valueOf).toList();
  }

  private static String text(@Nullable Object value) {
    return String.valueOf(value);
  }
}
