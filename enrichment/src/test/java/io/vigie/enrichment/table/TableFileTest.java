package io.vigie.enrichment.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.enrichment.FileTables;
import io.vigie.enrichment.Tables;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableFileTest {
  @TempDir Path folder;

  private final Problems problems = new Problems();
  private final List<String> rows = new ArrayList<>();

  private TableFile.Result read(String table, String text) throws IOException {
    return read(table, text.getBytes(StandardCharsets.UTF_8));
  }

  private TableFile.Result read(String table, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("file"), bytes);
    return TableFile.read(
        file,
        Tables.named(table).orElseThrow(),
        row -> rows.add(row.id() + " " + row.keys()),
        problems);
  }

  private List<String> told() {
    return problems.all().stream()
        .map(Problem::toString)
        .map(text -> text.substring(text.indexOf("file:") + 5))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "CSV# `id,aliases,owner\\na,x|y,one\\nb,,two\\n`",
        "CSV of Windows# `BOMid,aliases,owner\\r\\na,x|y,one\\r\\nb,,two\\r\\n`",
        "CSV with quotes# `\"owner\",\"id\",\"aliases\"\\n\"one, or\\nmore\",a,\"x;y\"\\n\"a \"\"b\"\"\",b,\\n`",
        "CSV of spreadsheets# `id,aliases,owner,,\\na,x|y,one,,\\n,,,,\\nb,,two,,\\n,,,,\\n`",
        "lines# `{\"id\":\"a\",\"aliases\":[\"x\",\"y\"]}\\n\\n{\"id\":\"b\"}`",
        "array# `[ {\"id\":\"a\",\"aliases\":[\"x\",\"y\"]},\\n {\"id\":\"b\"} ]`",
      })
  void aTableIsReadFrom(String what, String text) throws IOException {
    String content = text.replace("BOM", "\ufeff").translateEscapes();
    TableFile.Result plain = read("assets", content);
    assertThat(told()).isEmpty();
    assertThat(rows).containsExactly("a [a, x, y]", "b [b]");
    assertThat(plain).isEqualTo(new TableFile.Result(2, 0, 0, true));

    rows.clear();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(content.getBytes(StandardCharsets.UTF_8));
    }
    read("assets", packed.toByteArray());
    assertThat(rows).containsExactly("a [a, x, y]", "b [b]");
  }

  @Test
  void eachBadRowIsToldWithItsLineAndAllThatIsWrongWithIt() throws IOException {
    TableFile.Result result =
        read(
            "assets",
            "id,criticality,valid_from\na,high,\n,top,yesterday\nb,low,2026-03-01\nc,,2026-03-01,4\n");

    assertThat(told())
        .containsExactly(
            "3:1: warning BAD_ROW: the row has no id, criticality is 'top', not one of low, medium,"
                + " high, critical, valid_from is 'yesterday', not a time as 2026-03-01T08:15:30Z",
            "5:1: warning BAD_ROW: the row has 4 values, the header 3");
    assertThat(rows).containsExactly("a [a]", "b [b]");
    assertThat(result).isEqualTo(new TableFile.Result(2, 2, 0, true));
    assertThat(result.isBrokenBeyond(0.49)).isTrue();
    assertThat(result.isBrokenBeyond(0.5)).isFalse();
  }

  @Test
  void aLineThatIsNoJsonCostsOnlyItself() throws IOException {
    read("assets", "{\"id\":\"a\"}\n{\"id\":\n[1]\n{\"id\":\"b\"}");

    assertThat(told()).hasSize(2);
    assertThat(told().get(0))
        .startsWith("2:1: warning BAD_ROW: the row is no JSON: Unexpected end");
    assertThat(told().get(1)).isEqualTo("3:1: warning BAD_ROW: the row is no object");
    assertThat(rows).containsExactly("a [a]", "b [b]");
  }

  @Test
  void aColumnThatNobodyLooksAtIsToldOnce() throws IOException {
    read("assets", "id,criticalty\na,high\nb,low\n");

    assertThat(told())
        .containsExactly(
            "1:1: warning UNKNOWN_COLUMN: nobody looks at the column 'criticalty' of assets; did you"
                + " mean 'criticality'?");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "` `# EMPTY",
        "`hello, world\\n`# NOT_A_TABLE",
        "`id,id\\na,b\\n`# SAME_COLUMN",
        "`id,owner\\na,\"b\\nc,d\\n`# QUOTES_WITHOUT_END",
        "`id,owner\\n`# EMPTY",
        "`[]`# EMPTY",
        "`[{\"id\":\"a\"}] b`# NOT_JSON",
        "`[{\"id\":\"a\"}, {\"id\"`# NOT_JSON",
        "`[{\"id\":\"a\"}, `# NOT_JSON",
        "`{\"id\":\\n\"a\"`# NOT_JSON",
      })
  void aFileThatIsNoTableIsRefused(String text, String code) throws IOException {
    read("assets", text.translateEscapes());

    assertThat(problems.errors()).extracting(Problem::code).containsExactly(code);
  }

  @Test
  void aFileThatIsNotThereIsAnError() {
    TableFile.read(
        folder.resolve("none"), Tables.named("assets").orElseThrow(), row -> {}, problems);

    assertThat(problems.errors()).extracting(Problem::code).containsExactly("CANNOT_READ");
  }

  @Test
  void aMillionBadRowsAreNotAMillionProblems() throws IOException {
    read("assets", "id,owner\n" + ",x\n".repeat(5_000));

    assertThat(problems.all()).hasSize(101);
    assertThat(told().get(100)).contains("and 4900 more bad rows");
  }

  @Test
  void aListOfIndicatorsHasOneALine() throws IOException {
    read(
        "indicators",
        """
        # bad ones
        198.51.100.7
        Evil.example   # a comment
        https://evil.example/Path
        d41d8cd98f00b204e9800998ecf8427e
        mule@evil.example
        2001:DB8:0::1
        203.0.113.0/24
        not a domain
        """);

    assertThat(rows)
        .containsExactly(
            "file/ip/198.51.100.7 [198.51.100.7]",
            "file/domain/evil.example [evil.example]",
            "file/url/https://evil.example/Path [https://evil.example/Path]",
            "file/hash/d41d8cd98f00b204e9800998ecf8427e [d41d8cd98f00b204e9800998ecf8427e]",
            "file/email/mule@evil.example [mule@evil.example]",
            "file/ip/2001:db8::1 [2001:db8::1]");
    assertThat(told())
        .containsExactly("9:1: warning BAD_ROW: the row 'not a domain' is no domain name");
  }

  @Test
  void networksOfAFeedGoToTheirOwnTable() throws IOException {
    String feed = "type,value,source\nip,198.51.100.7,f\nip,203.0.113.0/24,f\ndomain,a.example,f\n";

    assertThat(read("indicators", feed)).isEqualTo(new TableFile.Result(2, 0, 1, true));
    assertThat(read("indicator-networks", feed)).isEqualTo(new TableFile.Result(1, 0, 2, true));
    assertThat(rows.get(2)).isEqualTo("f/ip/203.0.113.0/24 [203.0.113.0/24]");
    assertThat(told()).isEmpty();
  }

  @Test
  void aStixBundleIsTakenApart() throws IOException {
    TableFile.Result result =
        read(
            "indicators",
            """
            {"type": "bundle", "id": "bundle--1", "objects": [
              {"type": "identity", "id": "identity--1", "name": "Example Feed"},
              {"type": "indicator", "id": "indicator--1", "created_by_ref": "identity--1",
               "pattern_type": "stix", "pattern": "[ipv4-addr:value = '198.51.100.7']",
               "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2026-06-01T00:00:00Z",
               "confidence": 80},
              {"type": "indicator", "id": "indicator--2", "pattern_type": "stix",
               "pattern": "[domain-name:value = 'a.example' OR file:hashes.'MD5' = 'd41d8cd98f00b204e9800998ecf8427e']"},
              {"type": "indicator", "id": "indicator--3", "pattern_type": "stix",
               "pattern": "[file:name = 'x' AND file:size > 3]"},
              {"type": "indicator", "id": "indicator--4", "pattern_type": "yara", "pattern": "rule"},
              {"type": "indicator", "id": "indicator--5", "revoked": true, "pattern_type": "stix",
               "pattern": "[ipv4-addr:value = '198.51.100.9']"}
            ]}
            """);

    assertThat(rows)
        .containsExactly(
            "Example Feed/ip/198.51.100.7 [198.51.100.7]",
            "STIX/domain/a.example [a.example]",
            "STIX/hash/d41d8cd98f00b204e9800998ecf8427e [d41d8cd98f00b204e9800998ecf8427e]");
    assertThat(told())
        .containsExactly(
            "1:1: note LEFT_OUT: 1 left out, such as indicator--3: its pattern asks for more than"
                + " one of some values",
            "1:1: note LEFT_OUT: 1 left out, such as indicator--4: its pattern is in yara, not in"
                + " stix");
    assertThat(result).isEqualTo(new TableFile.Result(3, 0, 2, true));
  }

  @Test
  void aMispExportIsTakenApart() throws IOException {
    read(
        "indicators",
        """
        {"response": [{"Event": {"info": "A campaign", "Orgc": {"name": "CERT Example"},
          "Attribute": [
            {"uuid": "u1", "type": "ip-dst|port", "to_ids": true, "value": "198.51.100.7|443", "timestamp": "1767225600"},
            {"uuid": "u2", "type": "domain", "to_ids": false, "value": "seen.example"},
            {"uuid": "u3", "type": "mutex", "to_ids": true, "value": "m"},
            {"uuid": "u4", "type": "url", "to_ids": true, "value": "https://a.example/x|y"}],
          "Object": [{"Attribute": [
            {"uuid": "u5", "type": "filename|sha256", "to_ids": true,
             "value": "a.exe|e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}]}}]}
        """);

    assertThat(problems.errors()).isEmpty();
    assertThat(rows)
        .containsExactly(
            "CERT Example/ip/198.51.100.7 [198.51.100.7]",
            "CERT Example/url/https://a.example/x|y [https://a.example/x|y]",
            "CERT Example/hash/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                + " [e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855]");
    assertThat(told())
        .containsExactly(
            "1:1: note LEFT_OUT: 1 left out, such as u3: it is a mutex, not an address, domain, URL,"
                + " hash or e-mail");
  }

  @Test
  void whatIsWrongWithOneRowOfCsvCostsOnlyThatRow() throws IOException {
    String text = "id,owner\na,\"one\nmore\"\nb\nc,\"x\"y\nd,Ren\u00e9\n\ne,x,\nf,\n";
    TableFile.Result result = read("assets", text.getBytes(StandardCharsets.ISO_8859_1));

    assertThat(told())
        .containsExactly(
            "4:1: warning BAD_ROW: the row has 1 values, the header 2",
            "5:1: warning BAD_ROW: the row has text behind the quotes of a value",
            "6:1: warning BAD_ROW: the row is not UTF-8",
            "8:1: warning BAD_ROW: the row has 3 values, the header 2");
    assertThat(rows).containsExactly("a [a]", "f [f]");
    assertThat(result).isEqualTo(new TableFile.Result(2, 4, 0, true));
  }

  @Test
  void whatIsWrongWithOneLineOfJsonCostsOnlyThatLine() throws IOException {
    String text =
        "{\"id\":\"a\",\"owner\":null}\r\n{\"id\":\"b\",\"id\":\"c\"}\n{\"id\":\"d\"} e\n{\"id\":\"\u00e9\"}\n"
            + "{\"id\":\""
            + "f".repeat(1 << 20)
            + "\"}\n{\"id\":\"g\"}";
    read("assets", text.getBytes(StandardCharsets.ISO_8859_1));

    assertThat(told())
        .satisfiesExactly(
            two ->
                assertThat(two).startsWith("2:1: warning BAD_ROW: the row is no JSON: Duplicate"),
            three -> assertThat(three).startsWith("3:1: warning BAD_ROW: the row is no JSON: "),
            four ->
                assertThat(four).startsWith("4:1: warning BAD_ROW: the row is no JSON: Invalid"),
            five ->
                assertThat(five)
                    .isEqualTo("5:1: warning BAD_ROW: the row is longer than 131,072 bytes"));
    assertThat(rows).containsExactly("a [a]", "g [g]");
  }

  @Test
  void aRowThatATableDoesNotTakeIsABadOne() throws IOException {
    Path file =
        Files.writeString(folder.resolve("file"), "id,owner\na," + "x".repeat(70_000) + "\nb,y\n");
    PackedTable table = new PackedTable(Tables.named("assets").orElseThrow());
    PackedTable.Load load = table.load();
    TableFile.Result result =
        TableFile.read(file, Tables.named("assets").orElseThrow(), load::put, problems);
    load.commit(0, "v");

    assertThat(told())
        .containsExactly("2:1: warning BAD_ROW: the row has 70,021 bytes, more than 65,536");
    assertThat(result).isEqualTo(new TableFile.Result(1, 1, 0, true));
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void aRowThatStandsTwiceIsToldWithBothLinesAndTheLastCounts() throws IOException {
    TableFile.Result result = read("assets", "id,owner\na,x\nb,y\na,z\na,x\n");

    assertThat(told())
        .containsExactly(
            "4:1: warning SAME_ROW: the row 'a' stands in line 2 too; the last one counts",
            "5:1: warning SAME_ROW: the row 'a' stands in line 4 too; the last one counts");
    assertThat(result).isEqualTo(new TableFile.Result(4, 0, 0, true));
  }

  @Test
  void nothingButAnIdThatStandsTwiceIsTakenForOne() throws IOException {
    StringBuilder text = new StringBuilder("id\n");
    for (int i = 0; i < 20_000; i++) {
      text.append("id").append(i).append('\n');
    }
    read("assets", text + "id7\n");

    assertThat(told())
        .containsExactly(
            "20002:1: warning SAME_ROW: the row 'id7' stands in line 9 too; the last one counts");
  }

  @Test
  void aTextOfAFileCannotWriteToTheScreen() throws IOException {
    read("assets", "id,\u202e\u0007no\na\u001b[2J,x\na\u001b[2J,x\n");

    assertThat(told())
        .containsExactly(
            "3:1: warning SAME_ROW: the row 'a\\u001b[2J' stands in line 2 too; the last one"
                + " counts",
            "1:1: warning UNKNOWN_COLUMN: nobody looks at the column '\\u202e\\u0007no' of assets");
  }

  @Test
  void aReasonIsNoLongerThanAScreen() throws IOException {
    read("assets", "id,criticality\na," + "x".repeat(60_000) + "\n");

    assertThat(told()).singleElement().asString().hasSizeLessThan(600).endsWith("…");
  }

  @Test
  void aFileThatEndsTooEarlyIsBrokenHoweverManyOfItsRowsAreGood() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      for (int i = 0; i < 50_000; i++) {
        gzip.write(("{\"id\":\"" + i * 7_919L % 99_991 + "\"}\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    TableFile.Result result =
        read("assets", Arrays.copyOf(packed.toByteArray(), packed.size() / 2));

    assertThat(told())
        .containsExactly(
            "1:1: error CANNOT_READ: it cannot be read to its end: Unexpected end of ZLIB input"
                + " stream; name another file");
    assertThat(result.good()).isPositive();
    assertThat(result.isWhole()).isFalse();
    assertThat(result.isBrokenBeyond(1)).isTrue();
  }

  @Test
  void anArrayThatBreaksOffIsToldWhereItDoes() throws IOException {
    TableFile.Result result = read("assets", "[\n{\"id\":\"a\"},\n{\"id\":\"b\" \"c\"}\n]");

    assertThat(told()).singleElement().asString().startsWith("3:11: error NOT_JSON: it is no JSON");
    assertThat(rows).containsExactly("a [a]");
    assertThat(result.isWhole()).isFalse();
  }

  @Test
  void objectsMayHaveSeveralLines() throws IOException {
    read("assets", "{\n  \"id\": \"a\"\n}\n{\n  \"id\": \"\"\n}\n{ \"id\": \"b\" }\n");

    assertThat(rows).containsExactly("a [a]", "b [b]");
    assertThat(told()).containsExactly("4:1: warning BAD_ROW: the row has no id");
  }

  @Test
  void aListSaysNothingBesideItsValuesButComments() throws IOException {
    String list =
        """
        ; Example list
        203.0.113.0/24 ; SBL1
        2001:db8::/32
        https://evil.example/a;b?c#d   # seen
        198.51.100.7

        192.0.2.0/33
        """;

    assertThat(read("indicator-networks", list)).isEqualTo(new TableFile.Result(2, 1, 2, true));
    assertThat(told())
        .containsExactly(
            "7:1: warning BAD_ROW: the row '192.0.2.0/33' is no network as 192.0.2.0/24 or"
                + " 2001:db8::/32");
    assertThat(read("indicators", list)).isEqualTo(new TableFile.Result(2, 0, 3, true));
    assertThat(rows)
        .containsExactly(
            "file/ip/203.0.113.0/24 [203.0.113.0/24]",
            "file/ip/2001:db8::/32 [2001:db8::/32]",
            "file/url/https://evil.example/a;b?c#d [https://evil.example/a;b?c#d]",
            "file/ip/198.51.100.7 [198.51.100.7]");
  }

  @Test
  void aTableOfOtherColumnsIsNoList() throws IOException {
    read("indicators", "ioc,kind\n198.51.100.7,ip\nevil.example,domain\n");

    assertThat(told())
        .containsExactly(
            "1:1: error NOT_A_TABLE: its first line names no column of indicators; give it a header"
                + " line with some of confidence, description, first_seen, last_seen, name,"
                + " reference, source, tlp, type, valid_from, valid_until, value");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s\n%s", "[%s,%s]", "[\n%s,\n\n%s\n]"})
  void severalFeedsMayStandInOneFile(String form) throws IOException {
    String feed =
        "{\"Event\":{\"Orgc\":{\"name\":\"CERT Example\"},\"Attribute\":[{\"type\":\"domain\","
            + "\"to_ids\":true,\"value\":\"%s.example\"}]}}";
    read("indicators", form.formatted(feed.formatted("a"), feed.formatted("b")));

    assertThat(told()).isEmpty();
    assertThat(rows)
        .containsExactly(
            "CERT Example/domain/a.example [a.example]",
            "CERT Example/domain/b.example [b.example]");
  }

  @Test
  void networksOfABundleGoToTheirOwnTable() throws IOException {
    String bundle =
        """
        {"type": "bundle", "id": "bundle--1", "objects": [
          {"type": "indicator", "id": "indicator--1",
           "pattern": "[ipv4-addr:value IN ('198.51.100.7', '203.0.113.0/24')]"},
          {"type": "indicator", "id": "indicator--2",
           "pattern": "[ipv4-addr:value = '999.1.1.1']"}]}
        """;

    assertThat(read("indicators", bundle)).isEqualTo(new TableFile.Result(1, 1, 1, true));
    assertThat(told())
        .containsExactly("1:1: warning BAD_ROW: the row '999.1.1.1' is no IP address");
    assertThat(read("indicator-networks", bundle)).isEqualTo(new TableFile.Result(1, 0, 2, true));
    assertThat(rows)
        .containsExactly(
            "STIX/ip/198.51.100.7 [198.51.100.7]", "STIX/ip/203.0.113.0/24 [203.0.113.0/24]");
  }

  @Test
  void tablesOfFilesHaveTheGoodRowsOfEachFileThatIsFit() throws IOException {
    String good = "{\"id\":\"a%d\",\"criticality\":\"high\"}\n";
    StringBuilder nearly = new StringBuilder("{}\n");
    for (int i = 0; i < 19; i++) {
      nearly.append(good.formatted(i));
    }
    Path fit = Files.writeString(folder.resolve("fit"), nearly);
    Path unfit = Files.writeString(folder.resolve("unfit"), "network,zone\n10.0.0.0/8,a\n,b\n");
    FileTables tables =
        FileTables.read(
            Map.of("assets", fit, "network-zones", unfit, "identities", folder.resolve("missing")),
            problems);

    assertThat(problems.all())
        .extracting(problem -> problem.toString().substring(folder.toString().length() + 1))
        .containsExactlyInAnyOrder(
            "fit:1:1: warning BAD_ROW: the row has no id",
            "unfit:3:1: warning BAD_ROW: the row has no network",
            "unfit:1:1: error TOO_MANY_BAD_ROWS: 1 of 2 rows are bad; mend them: at most 5 % may"
                + " be",
            "missing:1:1: error CANNOT_READ: there is no such file; name another file");
    AsOf now = AsOf.time(0);
    assertThat(tables.table("assets").at("a7", now)).hasSize(1);
    assertThat(tables.table("assets").version(new AsOf(0, Long.MIN_VALUE)))
        .isEqualTo(TableFile.version(fit));
    assertThat(tables.table("network-zones").isEmpty()).isTrue();
    assertThat(tables.table("identities").isEmpty()).isTrue();
  }

  @Test
  void theVersionOfAFileFollowsFromItsContent() throws IOException {
    Path one = Files.writeString(folder.resolve("one"), "a");
    Path same = Files.writeString(folder.resolve("same"), "a");
    Path other = Files.writeString(folder.resolve("other"), "b");

    assertThat(TableFile.version(one))
        .isEqualTo("sha256:ca978112ca1bbdca")
        .isEqualTo(TableFile.version(same))
        .isNotEqualTo(TableFile.version(other));
  }
}
