package io.vigie.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MispExportTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String MD5 = "d41d8cd98f00b204e9800998ecf8427e";

  private final List<ObjectNode> rows = new ArrayList<>();
  private final List<String> bad = new ArrayList<>();

  private void read(JsonNode export) {
    MispExport.read(export, rows::add, (uuid, why) -> bad.add(uuid + ": " + why));
  }

  private void read(String export) throws IOException {
    read(JSON.readTree(export));
  }

  private static ObjectNode attribute(String type, String value) {
    return JSON.createObjectNode()
        .put("uuid", "u")
        .put("type", type)
        .put("to_ids", true)
        .put("value", value);
  }

  private static ObjectNode event(ObjectNode attribute) {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("Event").putArray("Attribute").add(attribute);
    return root;
  }

  private List<String> values() {
    return rows.stream()
        .map(row -> row.path("type").asText() + " " + row.path("value").asText())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "ip-src, 198.51.100.7, ip 198.51.100.7",
    "ip-dst, 2001:db8::1, ip 2001:db8::1",
    "ip-dst, 203.0.113.0/24, ip 203.0.113.0/24",
    "ip-src|port, 198.51.100.7|443, ip 198.51.100.7",
    "ip-dst|port, 198.51.100.7|443, ip 198.51.100.7",
    "domain, evil.example, domain evil.example",
    "hostname, c2.evil.example, domain c2.evil.example",
    "hostname|port, c2.evil.example|8443, domain c2.evil.example",
    "domain|ip, evil.example|198.51.100.7, domain evil.example; ip 198.51.100.7",
    "url, https://evil.example/a|b, url https://evil.example/a|b",
    "md5, " + MD5 + ", hash " + MD5,
    "sha1, da39, hash da39",
    "sha256, e3b0, hash e3b0",
    "filename|md5, a.exe|" + MD5 + ", hash " + MD5,
    "filename|sha1, a.exe|da39, hash da39",
    "filename|sha256, a.exe|e3b0, hash e3b0",
    "email, mule@evil.example, email mule@evil.example",
    "email-src, mule@evil.example, email mule@evil.example",
    "email-dst, mule@evil.example, email mule@evil.example",
  })
  void anAttributeThatIsMeantForDetectionIsARow(String type, String value, String expected) {
    read(event(attribute(type, value)));

    assertThat(bad).isEmpty();
    assertThat(values()).containsExactly(expected.split("; "));
  }

  @Test
  void anAttributeOfAnotherTypeIsToldWithItsId() {
    read(event(attribute("mutex", "m")));

    assertThat(rows).isEmpty();
    assertThat(bad)
        .containsExactly("u: it is a mutex, not an address, domain, URL, hash or e-mail");
  }

  @Test
  void anAttributeThatIsNotMeantForDetectionOrDeletedIsNoRow() {
    read(event(attribute("domain", "seen.example").put("to_ids", false)));
    read(event(attribute("mutex", "m").put("to_ids", false)));
    read(event(attribute("domain", "old.example").put("deleted", true)));
    ObjectNode silent = attribute("domain", "silent.example");
    silent.remove("to_ids");
    read(event(silent));

    assertThat(rows).isEmpty();
    assertThat(bad).isEmpty();
  }

  @Test
  void aRowSaysWhatItsEventAndItsAttributeSay() throws IOException {
    read(
        """
        {"Event": {"info": "A campaign", "Orgc": {"name": "CERT Example"},
          "Tag": [{"name": "tlp:green"}, {"name": "misp:confidence-level=\\"rarely-confident\\""}],
          "Attribute": [
            {"type": "domain", "to_ids": true, "value": "evil.example", "comment": "Loader C2",
             "timestamp": "1767225600", "first_seen": "2026-03-01T08:00:00.000000+00:00",
             "last_seen": "2026-03-02T08:00:00.000000+00:00",
             "Tag": [{"name": "tlp:amber"},
                     {"name": "misp:confidence-level=\\"usually-confident\\""}]},
            {"type": "domain", "to_ids": true, "value": "other.example",
             "timestamp": "1767225600"}]}}
        """);

    assertThat(rows)
        .containsExactly(
            (ObjectNode)
                JSON.readTree(
                    """
                    {"type": "domain", "value": "evil.example", "source": "CERT Example",
                     "name": "A campaign", "description": "Loader C2",
                     "first_seen": "2026-03-01T08:00:00.000000+00:00",
                     "last_seen": "2026-03-02T08:00:00.000000+00:00",
                     "valid_from": "2026-03-01T08:00:00.000000+00:00",
                     "tlp": "AMBER", "confidence": 75}"""),
            (ObjectNode)
                JSON.readTree(
                    """
                    {"type": "domain", "value": "other.example", "source": "CERT Example",
                     "name": "A campaign", "valid_from": "2026-01-01T00:00:00Z",
                     "tlp": "GREEN", "confidence": 25}"""));
    rows.forEach(row -> assertThat(Indicators.ofValues().read(row, bad::add)).isPresent());
    assertThat(bad).isEmpty();
  }

  @Test
  void whoSaysItIsAtLeastMisp() {
    read(event(attribute("domain", "evil.example")));

    assertThat(rows.get(0).path("source").asText()).isEqualTo("MISP");
  }

  @Test
  void theAnswerOfASearchHasSeveralEventsAndTheAttributesOfObjects() throws IOException {
    read(
        """
        {"response": [
          {"Event": {"Attribute": [{"type": "domain", "to_ids": true, "value": "a.example"}]}},
          {"Event": {"Object": [{"name": "file", "Attribute": [
            {"type": "filename", "to_ids": false, "value": "a.exe"},
            {"type": "sha256", "to_ids": true, "value": "e3b0"}]}]}}]}
        """);

    assertThat(values()).containsExactly("domain a.example", "hash e3b0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "{\"Event\":{}}# true",
        "{\"response\":[{\"Event\":{}}]}# true",
        "{\"response\":[]}# false",
        "{\"response\":{}}# false",
        "[]# false",
      })
  void anExportIsToldFromOtherDocuments(String document, boolean isOne) throws IOException {
    assertThat(MispExport.isOne(JSON.readTree(document))).isEqualTo(isOne);
  }
}
