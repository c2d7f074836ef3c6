package io.vigie.ingest;

import static io.vigie.ingest.Bytes.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that rules give to fields which records call otherwise. */
class SigmaFieldsTest {
  private static final String DEFINITION =
      """
      id: acme.app
      lateness: 1m
      idle-timeout: 1m
      sigma: [{product: acme}]
      sigma-fields:
        Who: user.name
        Result: [status.code, 'results[kind=last].code']
        Service: [acme.app.service, x]
        event.action: verb
      time: {field: time}
      fields:
        event.action: action
        acme.app.service: {text: '{app}.example.com'}
      """;

  private static LogSource source() {
    Problems problems = new Problems();
    return DefinitionReader.read(utf8(DEFINITION), problems.of("source.yml"))
        .orElseThrow(() -> new AssertionError(problems.all()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          Who           ~ {"user":{"name":"dana"}}                     ~ ["dana"]
          Who           ~ {"user":{"name":"dana"},"Who":"erin"}        ~ ["erin","dana"]
          Who           ~ {"who":"erin"}                               ~ []
          Who           ~ {"user":{"name":null}}                       ~ []
          Who           ~ {"user":[{"name":"a"},{"name":"b"}]}         ~ ["a","b"]
          Who           ~ {"user":{"name":["a","b"]}}                  ~ [["a","b"]]
          Result        ~ {"status":{"code":3},"results":[{"kind":"last","code":4}]} ~ [3,4]
          Result        ~ {"results":[{"kind":"first","code":4}]}      ~ []
          Service       ~ {"app":"login"}                              ~ ["login.example.com"]
          Service       ~ {"app":"login","x":[1]}                      ~ ["login.example.com",[1]]
          Service       ~ {}                                           ~ []
          event.action  ~ {"action":"a","verb":"v"}                    ~ ["a","v"]
          """)
  void nameHasTheValuesOfAllItsFields(String name, String payload, String expected)
      throws Exception {
    LogSource source = source();
    JsonNode event = StrictJson.MAPPER.readTree(payload);

    assertThat(text(source.field(name).readWhole(event))).isEqualTo(expected);
    byte[] record = utf8("{\"time\":\"2026-03-01T08:15:30Z\"," + payload.substring(1));
    byte[] sound = utf8(new String(record, StandardCharsets.UTF_8).replace(",}", "}"));
    Event focused = (Event) Bytes.decode(source.focusedOn(List.of(name)), sound).get(0);
    assertThat(text(source.field(name).readWhole(focused.payloadWith(name)))).isEqualTo(expected);
  }

  private static String text(List<JsonNode> values) {
    return StrictJson.MAPPER.createArrayNode().addAll(values).toString();
  }

  @Test
  void documentsAreAsWithoutThem() throws Exception {
    byte[] record = utf8("{\"time\":\"2026-03-01T08:15:30Z\",\"verb\":\"v\",\"Who\":1}");
    Event event = (Event) Bytes.decode(source(), record).get(0);

    assertThat(source().toEcs(event).at("/event/action").isMissingNode()).isTrue();
    assertThat(source().toEcs(event).at("/acme/app/verb").asText()).isEqualTo("v");
    assertThat(source().ecsFields()).doesNotContain("Who");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          sigma-fields: [a]            ~ 5:15: error WRONG_KIND
          sigma-fields: {a: []}        ~ 5:19: error WRONG_KIND
          sigma-fields: {a: 'b[c]'}    ~ 5:19: error BAD_PATH
          sigma-fields: {a: {from: b}} ~ 5:19: error WRONG_KIND
          """)
  void whatIsWrongIsTold(String written, String told) {
    Problems problems = new Problems();
    DefinitionReader.read(
        utf8(DEFINITION.replaceAll("(?s)sigma-fields:.*?(?=time:)", written + "\n")),
        problems.of("source.yml"));

    assertThat(problems.all()).extracting(Problem::toString).first().asString().contains(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"app.apache", "app.nginx"})
  void webServersHaveTheNamesOfRulesForThem(String id) {
    LogSource source = LogSources.builtIn().byId(id).orElseThrow();
    String line =
        "198.51.100.7 - dana [01/Mar/2026:08:15:30 +0000] \"POST /a/b.php?id=1%20OR HTTP/1.1\" 403"
            + " 12 \"https://example.com/\" \"sqlmap/1.8\"";
    Event event = (Event) Bytes.decode(source, utf8(line)).get(0);
    Map<String, String> values = new TreeMap<>();
    for (String name :
        List.of(
            "c-ip",
            "cs-method",
            "cs-referer",
            "cs-uri",
            "cs-uri-query",
            "cs-uri-stem",
            "cs-user-agent",
            "cs-username",
            "sc-status")) {
      values.put(
          name, text(source.field(name).readWhole(event.payload())).toLowerCase(Locale.ROOT));
    }

    assertThat(values)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "c-ip", "[\"198.51.100.7\"]",
                "cs-method", "[\"post\"]",
                "cs-referer", "[\"https://example.com/\"]",
                "cs-uri", "[\"/a/b.php?id=1%20or\"]",
                "cs-uri-query", "[\"id=1%20or\",\"/a/b.php?id=1%20or\"]",
                "cs-uri-stem", "[\"/a/b.php\"]",
                "cs-user-agent", "[\"sqlmap/1.8\"]",
                "cs-username", "[\"dana\"]",
                "sc-status", "[403]"));
  }
}
