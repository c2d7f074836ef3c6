package io.vigie.ingest;

import static io.vigie.ingest.Bytes.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionTest {
  private static final String GOOD =
      """
      id: acme.orders
      lateness: 90m
      idle-timeout: 30s
      sigma: [{category: application, product: acme}]
      envelope: [gzip, array, {object: message}]
      require: [action]
      time: {field: at, formats: [epoch-seconds, dd/MMM/yyyy:HH:mm:ss Z]}
      event-id: id
      fields:
        event.action: {from: action, with: lowercase}
        event.category: {value: [web, session]}
        event.type: {from: action, table: {"Log*": start, "*": info}}
        source.ip: [ip, client.ip]
        http.response.status_code: status
        acme.orders.total: {from: total, type: float}
      """;

  private final Problems problems = new Problems();

  private Optional<LogSource> read(String yaml) {
    return DefinitionReader.read(utf8(yaml), problems.of("source.yml"));
  }

  @Test
  void aCompanysOwnSourceNeedsNoCode() {
    LogSource source = read(GOOD).orElseThrow();

    assertThat(problems.all()).isEmpty();
    assertThat(source.topic()).isEqualTo("acme.orders");
    assertThat(source.lateness()).isEqualTo(Duration.ofMinutes(90));
    assertThat(source.idleTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(source.serves("acme", "application", null)).isTrue();
    String record =
        """
        {"message":{"id":7,"at":"1772352930.5","action":"Login","client":{"ip":"[2001:db8::1]:443"},
        "status":"200","total":"12.50","basket":{"n":[1,2]}}}""";
    Event event = (Event) Bytes.decode(source, utf8(record)).get(0);
    assertThat(event.timestamp()).isEqualTo(1_772_352_930_500L);
    assertThat(source.toEcs(event).toString().replace('"', '\''))
        .isEqualTo(
            "{'@timestamp':'2026-03-01T08:15:30.500Z','event':{'id':'7','action':'login',"
                + "'category':['web','session'],'dataset':'acme.orders','kind':'event',"
                + "'module':'acme','type':['start']},'acme':{'orders':{'total':12.5,"
                + "'action':'Login','client':'{\\'ip\\':\\'[2001:db8::1]:443\\'}',"
                + "'basket':'{\\'n\\':[1,2]}'}},'ecs':{'version':'9.2.0'},"
                + "'http':{'response':{'status_code':200}},'source':{'ip':'2001:db8::1'}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id: acme.orders | id: Acme | 1:5 BAD_VALUE",
        "id: acme.orders | idd: acme.orders | 1:1 MISSING_KEY, 1:1 UNKNOWN_KEY did you mean 'id'?",
        "lateness: 90m | lateness: 90 | 2:11 BAD_VALUE",
        "lateness: 90m | latness: 90m | 1:1 MISSING_KEY, 2:1 UNKNOWN_KEY did you mean 'lateness'?",
        "[gzip, | [gzipp, | 5:12 UNKNOWN_STEP did you mean 'gzip'?",
        "{object: message} | {objekt: message} | 5:26 UNKNOWN_STEP did you mean 'object'?",
        "epoch-seconds | epoch-second | 7:29 UNKNOWN_FORMAT did you mean 'epoch-seconds'?",
        "dd/MMM/yyyy | ddX/qqqqqqq/yyyy | 7:44 BAD_FORMAT",
        "field: at, | feld: at, | 7:7 MISSING_KEY, 7:8 UNKNOWN_KEY did you mean 'field'?",
        "event.action: | event.acton: | 10:3 UNKNOWN_FIELD did you mean 'event.action'?",
        "event.action: | event.id: | 10:3 COMPUTED_FIELD",
        "with: lowercase | with: lowercas | 10:38 UNKNOWN_FUNCTION did you mean 'lowercase'?",
        "from: action, with | frm: action, with | 10:17 ONE_ORIGIN, 10:18 UNKNOWN_KEY did you mean 'from'?",
        "[web, session] | [web, sesion] | 11:33 VALUE_NOT_ALLOWED did you mean 'session'?",
        "{value: [web, session]} | {value: web, with: json} | 11:32 NOTHING_TO_READ",
        "\"*\": info | \"*\": login | 12:58 VALUE_NOT_ALLOWED",
        "[ip, client.ip] | [ip, client..ip] | 13:19 BAD_PATH",
        "source.ip: [ip, client.ip] | source.ip: {value: localhost} | 13:22 VALUE_NOT_ALLOWED",
        "[ip, client.ip] | 'hosts[kind=source.ip' | 13:14 BAD_PATH",
        "{from: action, with: lowercase} | {text: action} | 10:24 NO_FIELD",
        "{from: action, with: lowercase} | {from: action, extract: '(a'} | 10:41 BAD_PATTERN",
        "{from: action, with: lowercase} | {from: action, with: [lowercase, 'yyyy{']} | 10:50 BAD_FORMAT",
        "type: float | type: flot | 15:42 UNKNOWN_TYPE did you mean 'float'?",
        "status_code: status | status_code: {from: status, type: long} | 14:51 TYPE_OF_ECS",
        "sigma: [{category: application, product: acme}] | sigma: acme | 4:8 WRONG_KIND",
        "require: [action] | require: [[]] | 6:11 WRONG_KIND",
        "event-id: id | format: text | 8:9 WRONG_KIND",
        "event-id: id | format: {} | 8:9 NO_FORMAT",
        "event-id: id | format: {column: [a], patterns: [b]} | 8:10 UNKNOWN_KEY did you mean 'columns'?",
        "event-id: id | format: {patterns: ['(']} | 8:21 BAD_PATTERN",
        "event-id: id | format: {patterns: [a], inside: [b]} | 8:33 WRONG_KIND",
        "event-id: id | format: {patterns: ['(?P<a>b)'], inside: {c: b}} | 8:43 UNKNOWN_GROUP did you mean 'a'?",
        "event-id: id | format: {columns: []} | 8:19 WRONG_KIND",
        "event-id: id | format: {columns: [{names: [a]}, b]} | 8:34 WRONG_KIND",
        "event-id: id | format: {columns: [{more: a}]} | 8:20 MISSING_KEY",
        "event-id: id | format: {columns: [{names: [a], at-least: 2}]} | 8:43 WRONG_KIND",
        "event-id: id | format: {columns: [{names: [a], begins: '['}]} | 8:41 BAD_PATTERN",
        "envelope: [gzip | envelope: [{nothing: a} | 5:22 WRONG_KIND",
        "formats: [epoch-seconds | otherwise: now, formats: [epoch-seconds | 7:30 UNKNOWN_TIME",
        "require: [action] | ecs-in: [data..x] | 6:10 BAD_PATH",
      })
  void whatIsWrongIsSaidWithPlaceAndSuggestion(String good, String bad, String expected) {
    assertThat(GOOD).contains(good);
    Optional<LogSource> source = read(GOOD.replace(good, bad));

    assertThat(
            problems.all().stream()
                .map(DefinitionTest::brief)
                .sorted()
                .collect(Collectors.joining(", ")))
        .isEqualTo(expected);
    assertThat(source).isEmpty();
  }

  private static String brief(Problem problem) {
    String suggestion = problem.suggestion().startsWith("did") ? " " + problem.suggestion() : "";
    return problem.place().line()
        + ":"
        + problem.place().column()
        + " "
        + problem.code()
        + suggestion;
  }

  @Test
  void findingSaidAgainIsTheSameEventWithANewerTimestamp() {
    LogSource source =
        read(GOOD.replace("field: at,", "field: at, updated: changed,")).orElseThrow();
    String finding =
        """
        {"id":7,"at":1772352930,"action":"x","changed":%s}""";

    Event first = (Event) Bytes.decode(source, utf8(finding.formatted(1772352930))).get(0);
    Event again = (Event) Bytes.decode(source, utf8(finding.formatted("\"1772356530\""))).get(0);
    Event odd = (Event) Bytes.decode(source, utf8(finding.formatted("\"soon\""))).get(0);

    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.timestamp()).isEqualTo(first.timestamp());
    assertThat(source.updatedAt(again) - source.updatedAt(first)).isEqualTo(3_600_000);
    assertThat(source.toEcs(again).get("@timestamp").asText())
        .isEqualTo("2026-03-01T09:15:30.000Z");
    assertThat(source.field("@timestamp").read(again.payload()).toString()).contains("T09:15:30");
    assertThat(source.toEcs(odd).get("@timestamp").asText()).isEqualTo("2026-03-01T08:15:30.000Z");
  }

  @Test
  void companysOwnSourcesTravelAsTheirDefinitions() throws Exception {
    LogSources sources =
        LogSources.builtIn()
            .with(
                List.of(
                    new LogSources.Definition("orders.yml", utf8(GOOD)),
                    new LogSources.Definition(
                        "trail.yml", utf8(GOOD.replaceAll("acme.orders", "aws.cloudtrail")))),
                problems);

    assertThat(problems.all()).isEmpty();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sources);
    }
    LogSources arrived;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      arrived = (LogSources) in.readObject();
    }
    assertThat(arrived.all().stream().map(LogSource::id))
        .isEqualTo(sources.all().stream().map(LogSource::id).toList());
    assertThat(arrived.byId("acme.orders").orElseThrow().lateness())
        .isEqualTo(Duration.ofMinutes(90));
    assertThat(arrived.byId("aws.cloudtrail").orElseThrow().lateness())
        .as("a company's definition goes before Vigie's")
        .isEqualTo(Duration.ofMinutes(90));
  }

  @Test
  void twoFilesCannotDefineOneSource(@TempDir Path folder) throws Exception {
    Files.createDirectory(folder.resolve("b"));
    Files.writeString(folder.resolve("a.yml"), GOOD);
    Files.writeString(folder.resolve("b/c.yaml"), GOOD);
    Files.writeString(folder.resolve("b/bad.yml"), "id: x.y");
    Files.writeString(folder.resolve("notes.txt"), "no definition");

    LogSources.builtIn().withFiles(List.of(folder, folder.resolve("none")), problems);

    assertThat(problems.errors().stream().map(Problem::code))
        .containsExactlyInAnyOrder(
            "DUPLICATE_SOURCE", "MISSING_KEY", "MISSING_KEY", "MISSING_KEY", "CANNOT_READ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id                                            | {'id': 'a', 'n': 1, 'kind': 'x'} | a",
        "[id, n]                                       | {'n': 1, 'kind': 'x'}            | 1",
        "{from: id, when: {kind: y}}                   | {'id': 'a', 'kind': 'y'}         | a",
        "{text: '{kind}/{n}'}                          | {'n': 1, 'kind': 'x'}            | x/1",
      })
  void anEventsIdIsWhatItsRuleSays(String rule, String record, String id) {
    LogSource source = read(GOOD.replace("event-id: id", "event-id: " + rule)).orElseThrow();
    String payload = record.replace('\'', '"').replace("{", "{\"action\": \"a\", \"at\": 1, ");

    assertThat(((Event) Bytes.decode(source, utf8(payload)).get(0)).id()).isEqualTo(id);
  }

  @Test
  void allProblemsAreSaidAtOnce() {
    assertThat(read("id: x\nfields: {a.b: c, event.kind: {value: nothing}}")).isEmpty();
    assertThat(problems.errors()).hasSize(5);
    assertThat(read("- a list")).isEmpty();
    assertThat(read("")).isEmpty();
    assertThat(problems.errors()).hasSize(7);
  }
}
