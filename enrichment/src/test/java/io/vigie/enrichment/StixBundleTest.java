package io.vigie.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StixBundleTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final List<ObjectNode> rows = new ArrayList<>();
  private final List<String> bad = new ArrayList<>();

  private void read(String... objects) throws IOException {
    StixBundle.read(
        JSON.readTree("{\"type\":\"bundle\",\"objects\":[" + String.join(",", objects) + "]}"),
        rows::add,
        (id, why) -> bad.add(id + ": " + why));
  }

  private void readPattern(String pattern) throws IOException {
    read(
        JSON.createObjectNode()
            .put("type", "indicator")
            .put("id", "i")
            .put("pattern_type", "stix")
            .put("pattern", pattern)
            .toString());
  }

  private List<String> values() {
    return rows.stream()
        .map(row -> row.path("type").asText() + " " + row.path("value").asText())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "[ipv4-addr:value = '198.51.100.7']# ip 198.51.100.7",
        "[ipv4-addr:value='198.51.100.7']# ip 198.51.100.7",
        "[ipv4-addr:value = '203.0.113.0/24']# ip 203.0.113.0/24",
        "[ipv6-addr:value = '2001:db8::1']# ip 2001:db8::1",
        "[domain-name:value = 'evil.example']# domain evil.example",
        "[url:value = 'https://evil.example/a?b=c AND d']# url https://evil.example/a?b=c AND d",
        "[email-addr:value = 'mule@evil.example']# email mule@evil.example",
        "[email-message:from_ref.value = 'mule@evil.example']# email mule@evil.example",
        "[email-message:sender_ref.value = 'mule@evil.example']# email mule@evil.example",
        "[file:hashes.'MD5' = 'd41d8cd98f00b204e9800998ecf8427e']# hash d41d8cd98f00b204e9800998ecf8427e",
        "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']# hash d41d8cd98f00b204e9800998ecf8427e",
        "[file:hashes.'SHA-1' = 'da39']# hash da39",
        "[file:hashes.'SHA-256' = 'e3b0']# hash e3b0",
        "[url:value = 'https://evil.example/it\\'s\\\\a']# url https://evil.example/it's\\a",
      })
  void aPatternOfOneValueIsARow(String pattern, String row) throws IOException {
    readPattern(pattern);

    assertThat(bad).isEmpty();
    assertThat(values()).containsExactly(row);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[domain-name:value = 'a.example' OR domain-name:value = 'b.example']",
        "[domain-name:value = 'a.example'] OR [domain-name:value = 'b.example']",
        "[domain-name:value IN ('a.example', 'b.example')]",
        "[ domain-name:value IN('a.example','b.example') ]",
      })
  void aPatternOfOneOfSomeValuesIsARowForEach(String pattern) throws IOException {
    readPattern(pattern);

    assertThat(bad).isEmpty();
    assertThat(values()).containsExactly("domain a.example", "domain b.example");
  }

  @Test
  void theValuesOfAPatternMayBeOfSeveralTypes() throws IOException {
    readPattern(
        "[domain-name:value = 'a.example' OR ipv4-addr:value IN ('192.0.2.1','192.0.2.2')]");

    assertThat(values()).containsExactly("domain a.example", "ip 192.0.2.1", "ip 192.0.2.2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "[ipv4-addr:value = '192.0.2.1' AND domain-name:value = 'a.example']# its pattern asks for more than one of some values",
        "[ipv4-addr:value = '192.0.2.1'] FOLLOWEDBY [domain-name:value = 'a.example']# its pattern asks for more than one of some values",
        "[ipv4-addr:value = '192.0.2.1'] REPEATS 5 TIMES WITHIN 60 SECONDS# its pattern asks for more than one of some values",
        "[domain-name:value LIKE '%.example']# its pattern asks for more than one of some values",
        "[domain-name:value MATCHES 'evil.*']# its pattern asks for more than one of some values",
        "[ipv4-addr:value ISSUBSET '203.0.113.0/24']# its pattern asks for more than one of some values",
        "[ipv4-addr:value != '192.0.2.1']# its pattern asks for more than one of some values",
        "[NOT ipv4-addr:value = '192.0.2.1']# its pattern asks for more than one of some values",
        "[file:size > 3]# its pattern asks for more than one of some values",
        "[mutex:name = 'm']# it is about mutex:name, not about an address, domain, URL, hash or e-mail",
        "[ipv4-addr:value = '192.0.2.1' OR mutex:name = 'm']# it is about mutex:name, not about an address, domain, URL, hash or e-mail",
        "``# it has no pattern",
      })
  void whatCannotBeLookedUpIsNoRowButToldWithItsId(String pattern, String why) throws IOException {
    readPattern(pattern);

    assertThat(rows).isEmpty();
    assertThat(bad).containsExactly("i: " + why);
  }

  @Test
  void patternsOfOtherLanguagesAreNoRows() throws IOException {
    read(
        "{\"type\":\"indicator\",\"id\":\"i\",\"pattern_type\":\"yara\",\"pattern\":\"rule a {}\"}");

    assertThat(rows).isEmpty();
    assertThat(bad).containsExactly("i: its pattern is in yara, not in stix");
  }

  @Test
  void aRowSaysWhatItsIndicatorSays() throws IOException {
    read(
        """
        {"type": "identity", "id": "identity--1", "name": "Example Feed"}""",
        """
        {"type": "marking-definition", "id": "marking-definition--1", "definition_type": "tlp",
         "definition": {"tlp": "amber"}}""",
        """
        {"type": "indicator", "id": "indicator--1", "created_by_ref": "identity--1",
         "pattern_type": "stix", "pattern": "[domain-name:value = 'evil.example']",
         "name": "Loader C2", "description": "Seen in March", "confidence": 80,
         "valid_from": "2026-03-01T00:00:00Z", "valid_until": "2026-06-01T00:00:00Z",
         "external_references": [{"url": "https://feed.example/1"}],
         "object_marking_refs": ["marking-definition--1"]}""");

    assertThat(rows)
        .containsExactly(
            (ObjectNode)
                JSON.readTree(
                    """
                    {"type": "domain", "value": "evil.example", "source": "Example Feed",
                     "name": "Loader C2", "description": "Seen in March",
                     "valid_from": "2026-03-01T00:00:00Z", "valid_until": "2026-06-01T00:00:00Z",
                     "confidence": 80, "reference": "https://feed.example/1", "tlp": "AMBER"}"""));
    assertThat(Indicators.ofValues().read(rows.get(0), bad::add)).isPresent();
    assertThat(bad).isEmpty();
  }

  @Test
  void nothingButIndicatorsThatAreNotRevokedAreRows() throws IOException {
    read(
        "{\"type\":\"indicator\",\"id\":\"i\",\"revoked\":true,\"pattern\":\"[url:value = 'a:b']\"}",
        "{\"type\":\"malware\",\"id\":\"m\",\"name\":\"Loader\"}",
        "{\"type\":\"ipv4-addr\",\"id\":\"a\",\"value\":\"192.0.2.1\"}",
        "7",
        "null");

    assertThat(rows).isEmpty();
    assertThat(bad).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"bundle\",\"objects\":[]}# true",
        "{\"type\":\"bundle\"}# false",
        "{\"objects\":[]}# false",
        "[]# false",
      })
  void aBundleIsToldFromOtherDocuments(String document, boolean isOne) throws IOException {
    assertThat(StixBundle.isOne(JSON.readTree(document))).isEqualTo(isOne);
  }
}
