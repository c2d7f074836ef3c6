package io.vigie.release;

import static io.vigie.release.Published.NOON;
import static io.vigie.release.Published.file;
import static io.vigie.release.Published.publication;
import static io.vigie.release.Published.rule;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.vigie.rules.RulePack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PartsTest {
  private static final String HEAD =
      "{\"format\":1,\"version\":\"v\",\"from\":\"2026-03-01T12:00:00Z\","
          + "\"published\":\"2026-03-01T12:00:00Z\",\"files\":1}\n";
  private static final String LINE = "{\"name\":\"a.yml\",\"yaml\":\"name: a\"}\n";

  private final Parts parts = new Parts();

  /** Some of it is not compressible, so that there are several parts. */
  private static Publication large(String version) {
    Random random = new Random(7);
    List<RulePack.File> files = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] noise = new byte[6000];
      random.nextBytes(noise);
      files.add(file("rules/" + i + ".yml", "# " + Base64.getEncoder().encodeToString(noise)));
    }
    return new Publication(version, NOON, NOON, files);
  }

  private static List<byte[]> records(UUID id, byte[] pack) {
    return Part.split(id, pack).stream().map(Part::bytes).toList();
  }

  private List<Said> read(List<byte[]> records) {
    return records.stream()
        .flatMap(record -> Part.read(record).stream())
        .flatMap(part -> parts.add(part).stream())
        .toList();
  }

  @Test
  void whatWasPublishedIsRead() {
    Publication published =
        publication(
            "v 1.2 – ä", NOON, rule("a"), file("b/ö.yml", "\uFEFFname: \"\\u0000\"\r\n# 😀"));

    List<Said> said = read(records(new UUID(1, 2), published.pack()));

    assertThat(said).containsExactly(new Said(new UUID(1, 2), published, ""));
  }

  @Test
  void largePackIsSplitAndTheOrderOfItsPartsDoesNotMatter() {
    Publication published = large("large");
    List<byte[]> records = new ArrayList<>(records(new UUID(0, 1), published.pack()));
    assertThat(records).hasSizeGreaterThan(2).allMatch(record -> record.length < 900_000);

    Collections.reverse(records);

    assertThat(read(records)).containsExactly(new Said(new UUID(0, 1), published, ""));
  }

  @Test
  void publishersMayInterleaveAndTheOneThatIsCompleteFirstIsFirst() {
    List<byte[]> one = records(new UUID(0, 1), large("one").pack());
    List<byte[]> other = records(new UUID(0, 2), large("other").pack());
    List<byte[]> records = new ArrayList<>();
    records.add(one.get(0));
    records.addAll(other);
    records.addAll(one.subList(1, one.size()));

    assertThat(read(records))
        .extracting(said -> said.publication().version())
        .containsExactly("other", "one");
  }

  @Test
  void incompletePublicationIsNone() {
    List<byte[]> records = records(new UUID(0, 1), large("half").pack());

    assertThat(read(records.subList(1, records.size()))).isEmpty();
  }

  @Test
  void partThatComesTwiceCountsOnce() {
    List<byte[]> records = records(new UUID(0, 1), large("twice").pack());
    List<byte[]> twice =
        Stream.concat(records.stream().flatMap(each -> Stream.of(each, each)), records.stream())
            .toList();

    assertThat(read(twice)).hasSize(1);
  }

  @Test
  void partThatContradictsTheOthersOfItsPublicationChangesNothing() {
    UUID id = new UUID(0, 1);
    List<Part> good = Part.split(id, large("good").pack());
    List<Part> records = new ArrayList<>();
    records.add(good.get(0));
    records.add(new Part(id, 2, good.size() + 1, good.get(0).sha256(), new byte[] {1}));
    records.add(new Part(id, 2, good.size(), "0".repeat(64), new byte[] {1}));
    records.addAll(good.subList(1, good.size()));

    assertThat(records.stream().flatMap(part -> parts.add(part).stream()))
        .extracting(Said::fault)
        .containsExactly("");
  }

  @Test
  void changedBytesAreAFault() {
    byte[] record = records(new UUID(0, 1), publication("v", NOON, rule("a")).pack()).get(0);
    record[record.length - 1]++;

    assertThat(read(List.of(record)))
        .singleElement()
        .satisfies(said -> assertThat(said.fault()).contains("SHA-256"))
        .satisfies(said -> assertThat(said.publication().files()).isEmpty());
  }

  @Test
  void whatIsNeverCompletedIsForgottenOldestFirstWithinABound() {
    byte[] slice = new byte[Part.MAX_SLICE];
    int fit = (int) (Parts.MAX_WAITING_BYTES / slice.length);
    for (int i = 0; i <= fit; i++) {
      parts.add(new Part(new UUID(1, i), 1, 2, "0".repeat(64), slice));
    }

    assertThat(parts.add(new Part(new UUID(1, 0), 2, 2, "0".repeat(64), slice))).isEmpty();
    assertThat(parts.add(new Part(new UUID(1, 1), 2, 2, "0".repeat(64), slice)))
        .hasValueSatisfying(said -> assertThat(said.fault()).contains("SHA-256"));
  }

  @ParameterizedTest
  @MethodSource("otherRecords")
  void otherRecordsAreNoParts(byte[] record) {
    assertThat(Part.read(record)).isEmpty();
  }

  static Stream<byte[]> otherRecords() {
    String sound =
        new String(
            records(new UUID(0, 1), publication("v", NOON, rule("a")).pack()).get(0),
            0,
            160,
            UTF_8);
    return Stream.of(
            "",
            "\n",
            "{}",
            "{}\n{}",
            "null\nx",
            "[]\nx",
            "x".repeat(1000),
            sound.replace("\"of\":1", "\"of\":0"),
            sound.replace("\"of\":1", "\"of\":1000000000"),
            sound.replace("\"part\":1", "\"part\":2"),
            sound.replace("\"part\":1", "\"part\":-1"),
            sound.replace("\"sha256\":\"", "\"sha256\":\"-"),
            sound.replace("\"publication\":\"", "\"publication\":\"x"))
        .map(text -> text.getBytes(UTF_8));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("packThatCannotBeRead")
  void packThatCannotBeReadIsAFault(byte[] pack, String fault) {
    assertThat(read(records(new UUID(0, 1), pack)))
        .singleElement()
        .satisfies(said -> assertThat(said.fault()).contains(fault))
        .satisfies(said -> assertThat(said.publication()).isEqualTo(Publication.NONE));
  }

  static Stream<Arguments> packThatCannotBeRead() {
    return Stream.of(
        arguments("no gzip".getBytes(UTF_8), "not gzip"),
        arguments(gzip(""), "empty"),
        arguments(gzip("name: a"), "not JSON"),
        arguments(gzip(HEAD), "has 0 files, and says 1"),
        arguments(gzip(HEAD + LINE + LINE), "has 2 files, and says 1"),
        arguments(gzip(HEAD.replace("format\":1", "format\":2") + LINE), "format 2"),
        arguments(gzip(HEAD.replace("\"v\"", "\"\\u001b[2J\"") + LINE), "no name"),
        arguments(gzip(HEAD.replace("\"v\"", "\"" + "v".repeat(101) + "\"") + LINE), "no name"),
        arguments(gzip(HEAD.replace("\"from\":\"2026", "\"from\":\"9026") + LINE), "century"),
        arguments(gzip(HEAD.replace("\"from\":\"2026", "\"from\":\"soon") + LINE), "no time"),
        arguments(gzip(HEAD.replace("\"from\"", "\"form\"") + LINE), "without 'from'"),
        arguments(gzip(HEAD + LINE.replace("yaml", "yml")), "without 'yaml'"),
        arguments(gzip(HEAD, " ".repeat(1 << 20), 65), "more than 67,108,864 bytes"),
        arguments(gzip(HEAD, LINE, 20_001), "more than 20,000 files"));
  }

  private static byte[] gzip(String text) {
    return gzip(text, "", 0);
  }

  private static byte[] gzip(String text, String more, int times) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
      for (int i = 0; i < times; i++) {
        out.write(more.getBytes(UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void moreThanAReleaseMayHaveIsRefusedBeforeItIsSent() {
    RulePack.File[] many =
        IntStream.rangeClosed(0, PackFormat.MAX_FILES)
            .mapToObj(i -> file(i + ".yml", ""))
            .toArray(RulePack.File[]::new);
    String text = "x".repeat(1 << 20);
    RulePack.File[] much =
        IntStream.range(0, 64).mapToObj(i -> file("f", text)).toArray(RulePack.File[]::new);
    Instant from = NOON;

    assertThat(publication("", from, many).unfit())
        .hasValueSatisfying(why -> assertThat(why).contains("20001 files", "20,000 files"));
    assertThat(publication("", from, much).unfit())
        .hasValueSatisfying(why -> assertThat(why).contains("more than a release may have"));
    assertThat(
            publication("", from, new RulePack.File("latin.yml", new byte[] {'a', (byte) 0xe9}))
                .unfit())
        .isEqualTo(Optional.of("latin.yml is not UTF-8"));
    assertThat(publication("", from, rule("a")).unfit()).isEmpty();
  }
}
