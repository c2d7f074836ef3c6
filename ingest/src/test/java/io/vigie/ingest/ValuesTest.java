package io.vigie.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times, addresses and conversions, which must bear whatever stands in a log. */
class ValuesTest {

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T08:15:30Z, 2026-03-01T08:15:30Z",
    "2026-03-01T08:15:30.123456789Z, 2026-03-01T08:15:30.123Z",
    "2026-03-01T08:15:30.9999Z, 2026-03-01T08:15:30.999Z",
    "2026-03-01t08:15:30z, 2026-03-01T08:15:30Z",
    "2026-03-01 08:15:30, 2026-03-01T08:15:30Z",
    "2026-03-01T08:15, 2026-03-01T08:15:00Z",
    "2026-03-01T08:15:30+02:00, 2026-03-01T06:15:30Z",
    "2026-03-01T08:15:30-0330, 2026-03-01T11:45:30Z",
    "2026-03-01T08:15:30.5+01, 2026-03-01T07:15:30.500Z",
    "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
    "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z",
  })
  void isoTimesAreRead(String written, Instant instant) {
    assertThat(TimeFormat.ISO_8601.millis(TextNode.valueOf(written)))
        .isEqualTo(OptionalLong.of(instant.toEpochMilli()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "2026",
        "2026-03-01",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T08:60:00Z",
        "2026-03-01T08:15:30.Z",
        "2026-03-01T08:15:30ZZ",
        "2026-03-01T08:15:30+",
        "2026-03-01T08:15:30+99:00",
        "0000-01-01T00:00:00Z",
        "+12026-03-01T08:15:30Z",
        "9999-12-31T23:59:59-01:00",
        "２026-03-01T08:15:30Z",
        "2026-03-01T08:15:30 Europe/Paris"
      })
  void whatIsNoTimeHasNone(String written) {
    assertThat(TimeFormat.ISO_8601.millis(TextNode.valueOf(written))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "epoch-seconds, 1772352930, 1772352930000",
    "epoch-seconds, 1772352930.4567, 1772352930456",
    "epoch-seconds, '\"1772352930.25\"', 1772352930250",
    "epoch-millis, 1772352930456, 1772352930456",
    "epoch-micros, 1772352930456789, 1772352930456",
    "epoch-nanos, 1772352930456789012, 1772352930456",
    "epoch-nanos, '\"1772352930456789012\"', 1772352930456",
    "epoch-nanos, -1, -1",
    "epoch-seconds, 1e300, ",
    "epoch-seconds, 99999999999999999999999, ",
    "epoch-seconds, 1772352930456, ",
    "epoch-seconds, '\"1e5\"', ",
    "epoch-seconds, true, ",
    "epoch, 1772352930, 1772352930000",
    "epoch, 1772352930.25, 1772352930250",
    "epoch, 1772352930456, 1772352930456",
    "epoch, '\"1772352930456\"', 1772352930456",
    "epoch, 1772352930456789, 1772352930456",
    "epoch, 1772352930456789012, 1772352930456",
    "epoch, '\"today\"', ",
    "epoch, 1e300, ",
  })
  void epochsAreExact(String format, String json, Long millis) throws Exception {
    OptionalLong read = TimeFormat.NAMED.get(format).millis(StrictJson.MAPPER.readTree(json));

    assertThat(read).isEqualTo(millis == null ? OptionalLong.empty() : OptionalLong.of(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "' 192.0.2.1 ', 192.0.2.1",
    "192.0.2.1:443, 192.0.2.1",
    "2001:db8::1, 2001:db8::1",
    "[2001:db8::1], 2001:db8::1",
    "[2001:db8::1]:443, 2001:db8::1",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "::ffff:192.0.2.1, 192.0.2.1",
    "::ffff:c000:201, 192.0.2.1",
    "[::FFFF:192.0.2.1]:443, 192.0.2.1",
    "2001:0DB8:0000:0000:0008:0800:200C:417A, 2001:db8::8:800:200c:417a",
    "2001:db8:0:1:0:0:0:1, 2001:db8:0:1::1",
    "2001:0:0:1:0:0:1:1, 2001::1:0:0:1:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "fe80:0:0:0:0:0:0:0, fe80::",
    "0:0:0:0:0:0:0:1, ::1",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:192.0.2.1, 1:2:3:4:5:6:c000:201",
    "AWS Internal,",
    "lambda.amazonaws.com,",
    "192.0.2,",
    "192.0.2.256,",
    "192.0.02.1,",
    "192.0.2.1.5,",
    "192.0.2.1:,",
    "192.0.2.1:70000,",
    "1:2:3:4:5:6:7,",
    "1:2:3:4:5:6:7:8:9,",
    "1::2::3,",
    ":::,",
    "1:2:3:4:5:6:7::8,",
    "fe80::1%eth0,",
    "[2001:db8::1,",
    "[192.0.2.1],",
    "12345::,",
    "[,",
    ":,",
    "1.2.3.4::,",
    "'',",
    "0x7f.0.0.1,",
    "2130706433,"
  })
  void onlyAddressesAreAddresses(String written, String address) {
    assertThat(IpLiteral.in(written).orElse(null)).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource({
    "domain, '\"Lambda.amazonaws.com\"', lambda.amazonaws.com",
    "domain, '\"AWS Internal\"',",
    "domain, '\"192.0.2.1\"',",
    "domain, '\"::1\"',",
    "domain, '\"localhost\"',",
    "domain, 5,",
    "after-slash, '\"arn:aws:iam::1:user/a/dana\"', dana",
    "after-slash, '\"a/\"',",
    "json, '{\"a\": [1]}', '{\"a\":[1]}'",
    "json, '\"x\"', x",
    "tls-version, '\"TLSv1.2\"', 1.2",
    "tls-protocol, '\"TLSv1.2\"', tls",
    "tls-version, '\"x\"',",
    "tls-version, '\"tlsv12\"', 1.2",
    "tls-version, '\"SSLv3\"', 3",
    "tls-protocol, '\"SSLv3\"', ssl",
    "client-ip, '\"10.0.0.2, 192.0.2.7, 198.51.100.1\"', 192.0.2.7",
    "client-ip, '\"10.0.0.2, fd00::1 172.31.0.1\"', 10.0.0.2",
    "client-ip, '\"unknown, 2001:db8::1\"', 2001:db8::1",
    "client-ip, '\"100.64.0.1,100.128.0.1\"', 100.128.0.1",
    "client-ip, '\"unix:\"',",
    "lowercase, '\"ABC\"', abc",
    "lowercase, '{}',",
    "boolean, '\"Yes\"', true",
    "boolean, '\"maybe\"',",
    "boolean, 1,",
    "long, '\"12\"', 12",
    "long, 9223372036854775808,",
    "long, 1.0, 1",
    "long, 1.5,",
    "long, '\"1x\"',",
    "ip, '\"192.0.2.1:80\"', 192.0.2.1",
    "ip, 5,",
    "date, '\"2026-03-01T08:15:30+01:00\"', 2026-03-01T07:15:30.000Z",
    "date, '\"x\"',",
    "uppercase, '\"aBc\"', ABC",
    "known, '\"<NA>\"',",
    "known, '\"-\"',",
    "known, '\"root\"', root",
    "known, 0, 0",
    "hyphenated, '\"MFA Factor: Enable\"', mfa-factor-enable",
    "hyphenated, '\" \"',",
    "hyphenated, 5,",
    "mac, '\"01:00:5e:90:10:00\"', 01-00-5E-90-10-00",
    "mac, '\"0100.5e90.1000\"',",
    "mac, '\"01005e901000\"', 01-00-5E-90-10-00",
    "port, '\"192.0.2.1:443\"', 443",
    "port, '\"[2001:db8::1]:8443\"', 8443",
    "port, '\"2001:db8::1\"',",
    "port, '\"192.0.2.1:70000\"',",
    "port, '\"192.0.2.1\"',",
    "reverse-lookup-ip, '\"1.2.0.192.in-addr.arpa.\"', 192.0.2.1",
    "reverse-lookup-ip, '\"2.0.192.in-addr.arpa\"',",
    "reverse-lookup-ip, '\"256.2.0.192.in-addr.arpa\"',",
    "reverse-lookup-ip, '\"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.IP6.ARPA\"', 2001:db8::1",
    "reverse-lookup-ip, '\"www.example.com\"',",
    "millis-to-nanos, 5, 5000000",
    "millis-to-nanos, '\"1.5\"', 1500000",
    "seconds-to-nanos, 0.086, 86000000",
    "seconds-to-nanos, 1e30,",
    "seconds-to-nanos, '\"-\"',",
    "url-scheme, '\"HTTPS://Example.com/a\"', https",
    "url-domain, '\"https://u:p@Example.com:8443/a?b#c\"', example.com",
    "url-domain, '\"https://[2001:db8::1]:8443/a\"', 2001:db8::1",
    "url-domain, '\"/a?b\"',",
    "url-domain, '\"urn:a:b\"',",
    "url-port, '\"https://example.com:8443/a\"', 8443",
    "url-port, '\"https://example.com/a\"',",
    "url-path, '\"https://example.com/a/b?c=d\"', /a/b",
    "url-path, '\"/a/b?c=d\"', /a/b",
    "url-path, '\"https://example.com\"',",
    "url-query, '\"/a/b?c=d&e=/f#g\"', 'c=d&e=/f'",
    "url-fragment, '\"/a/b?c=d#g\"', g",
    "url-path, 7,",
  })
  void conversionsAreTotal(String function, String json, String expected) throws Exception {
    JsonNode converted = Conversions.ALL.get(function).convert(StrictJson.MAPPER.readTree(json));

    assertThat(converted == null ? null : converted.asText()).isEqualTo(expected);
  }

  @Test
  void noFunctionThrowsForAnyShape() throws Exception {
    for (String json :
        new String[] {"{}", "[]", "\"\"", "1e308", "-1", "true", "null", "\"\\u0000\""}) {
      JsonNode value = StrictJson.MAPPER.readTree(json);
      Conversions.ALL.values().forEach(function -> function.convert(value));
      for (EcsType type : EcsType.values()) {
        type.accept(value);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sourceIPAddress, source_ip_address",
    "tlsDetails, tls_details",
    "ResolvedIPs, resolved_ips",
    "requestID, request_id",
    "x-amz-id-2, x-amz-id-2",
    "a.b, a_b",
    "'', _",
    "É, _",
    "ARN, arn",
    "ResolvedIPs, resolved_ips",
    "SecurityRuleIDs, security_rule_ids"
  })
  void namesBecomeSnakeCase(String name, String snake) {
    assertThat(Mapping.snakeCase(name)).isEqualTo(snake);
  }
}
