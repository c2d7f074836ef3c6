package io.vigie.ingest;

import static io.vigie.ingest.Bytes.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.yaml.Problems;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a definition can say of one field. */
class ExpressionTest {
  private static final String EVENT =
      """
      {"time": "2026-03-01T08:15:30Z", "ms": 1772352930456, "host": "example.com", "path": "/a?b=c",
      "port": 8443, "empty": "", "none": null,
      "who": {"arn": "arn:aws:sts::111122223333:assumed-role/Deploy/dana"},
      "target": [{"type": "User", "id": "u1", "name": "dana"}, {"type": "Group", "id": "g1"},
        {"type": "User", "id": "u2"}, {"type": {"User": 1}}, "User"],
      "one": {"type": "User", "id": "u3"}, "text": "{\\"a\\": [{\\"b\\": 1}]}", "half": "{\\"a\\"",
      "list": {"Name": "x", "Values": ["1", "2"]}}""";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'target[type=User].id'                             | [\"u1\",\"u2\"]",
        "'target[type=User].name'                           | \"dana\"",
        "'target[type=Role].id'                             |",
        "'one[type=User].id'                                | \"u3\"",
        "'one[type=Group].id'                               |",
        "'list[Name=x].Values'                              | [\"1\",\"2\"]",
        "[empty, none, host]                                | \"example.com\"",
        "[who, port]                                        | \"8443\"",
        "{from: [none, empty], table: {'': nothing}}        | \"nothing\"",
        "[{from: host, with: known}, path]                  | \"example.com\"",
        "[{from: empty, with: known}, path]                 | \"/a?b=c\"",
        "{from: [none, empty], table: {'': nothing, '*': x}} | \"nothing\"",
        "{text: 'https://{host}:{port}{path}'}              | \"https://example.com:8443/a?b=c\"",
        "{text: 'https://{host}{path}', with: url-query}    | \"b=c\"",
        "{text: 'https://{host}{none}'}                     |",
        "{text: 'https://{host}{empty}'}                    |",
        "{text: 'https://{host}{who}'}                      |",
        "{text: '{target[type=User].id}!'}                  | \"u1!\"",
        "{from: who.arn, extract: 'role/([^/]+)/'}          | \"Deploy\"",
        "{from: who.arn, extract: ':[0-9]{12}:'}            | \":111122223333:\"",
        "{from: who.arn, extract: 'user/(.*)'}              |",
        "{from: port, extract: '^..'}                       | \"84\"",
        "{from: who.arn, extract: '/([^/]+)$', with: uppercase} | \"DANA\"",
        "{from: host, extract: '^([a-z]+)', table: {example: yes, '*': no}} | \"yes\"",
        "{from: path, with: [url-query, uppercase]}         | \"B=C\"",
        "{from: port, with: [url-query, uppercase]}         |",
        "{all: [port, host, none, {from: path, with: url-path}]} | [\"8443\",\"example.com\",\"/a\"]",
        "{all: [none]}                                      |",
        "text.a.b                                           | \"1\"",
        "{from: text, with: json}                           | \"{\\\"a\\\":[{\\\"b\\\":1}]}\"",
        "half                                               | \"{\\\"a\\\"\"",
        "[none, empty, host]                                | \"example.com\"",
        "{from: [empty, host]}                              | \"example.com\"",
        "{from: [none, empty], table: {'': nothing}}        | \"nothing\"",
        "{all: [port, host], when: {empty: ''}}             | [\"8443\",\"example.com\"]",
        "{all: [port, host], when: {host: 'b*'}}            |",
        "{from: ms, with: epoch-millis, type: date}         | \"2026-03-01T08:15:30.456Z\"",
        "{from: ms, with: epoch, type: date}                | \"2026-03-01T08:15:30.456Z\"",
        "{from: time, with: \"yyyy-MM-dd'T'HH:mm:ss'Z'\", type: date} | \"2026-03-01T08:15:30.000Z\"",
      })
  void aFieldHasTheValuesThatItsRuleSays(String rule, String expected) {
    Problems problems = new Problems();
    LogSource source =
        DefinitionReader.read(
                utf8(
                    "id: acme.app\nlateness: 1m\nidle-timeout: 1m\ntime: {field: time}\n"
                        + "json-texts: [text, half, host, none.none]\n"
                        + "fields:\n  acme.app.field: "
                        + rule),
                problems.of("source.yml"))
            .orElseThrow(() -> new AssertionError(problems.all()));

    ObjectNode document = source.toEcs((Event) Bytes.decode(source, utf8(EVENT)).get(0));

    JsonNode value = document.path("acme").path("app").path("field");
    assertThat(value.isMissingNode() ? null : value.toString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'http': {'request': {'method': 'GET'}}}         | http.request.method | \"GET\"",
        "{'http.request': {'method': 'GET'}}              | http.request.method | \"GET\"",
        "{'http': {'request.method': 'GET'}}              | http.request.method | \"GET\"",
        "{'http.request.method': 'GET', 'http': 1}        | http.request.method | \"GET\"",
        "{'http': 1, 'http.request': {'method': null}}    | http.request.method |",
        "{'host': [{'ip': '10.0.0.1'}, {'ip': ['::1']}]}  | host.ip             | [\"10.0.0.1\",\"::1\"]",
        "{'labels.a': 1, 'labels.b.c': 'x', 'label': 2}   | labels              | {\"a\":1,\"b.c\":\"x\"}",
        "{'source': {'geo': {'location': '1.5, -2'}}}     | source.geo.location | \"1.5,-2.0\"",
        "{'event': {'type': ['start', 'begin']}}          | event.type          | [\"start\"]",
        "{'event': {'kind': 'weird'}}                     | event.kind          | \"event\"",
        "{'event': {'kind': 'alert'}}                     | event.kind          | \"alert\"",
      })
  void whatIsEcsAlreadyIsTakenOver(String record, String field, String expected) throws Exception {
    Problems problems = new Problems();
    LogSource source =
        DefinitionReader.read(
                utf8(
                    "id: acme.app\nlateness: 1m\nidle-timeout: 1m\ntime: {field: time}\n"
                        + "ecs-in: [., inner.ecs]"),
                problems.of("source.yml"))
            .orElseThrow(() -> new AssertionError(problems.all()));
    String plain = record.replace('\'', '"');
    for (String text : new String[] {plain, "{\"inner\":{\"ecs\":" + plain + "}}"}) {
      JsonNode payload = StrictJson.MAPPER.readTree(text);
      Event event = new Event("acme.app", "1", 0, payload, new Origin("t", 0, 0));
      JsonNode at = source.toEcs(event).at("/" + field.replace('.', '/'));
      assertThat(at.isMissingNode() ? null : at.toString()).as(text).isEqualTo(expected);
    }
  }
}
