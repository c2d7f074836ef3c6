package io.vigie.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * {@code sources/SOURCE/NAME.json} is one raw record, {@code NAME.expected.json} all that it
 * becomes. {@code -Dgolden.update=true} writes what it becomes now.
 */
class GoldenTest {
  static final Path ROOT = Path.of("sources");
  private static final LogSources SOURCES = LogSources.builtIn();

  @TestFactory
  Stream<DynamicTest> eachRecordBecomesWhatIsExpected() {
    return SOURCES.all().stream()
        .flatMap(
            source ->
                records(source).stream()
                    .map(
                        file ->
                            DynamicTest.dynamicTest(
                                source + "/" + file.getFileName(), () -> check(source, file))));
  }

  @Test
  void eachSourceHasRecords() {
    assertThat(SOURCES.all())
        .allSatisfy(source -> assertThat(records(source)).hasSizeGreaterThan(2));
  }

  @Test
  void rulesCanNameEachSource() {
    assertThat(SOURCES.all()).allSatisfy(source -> assertThat(source.sigmaNames()).isNotEmpty());
  }

  static List<Path> records(LogSource source) {
    try (Stream<Path> files = Files.list(ROOT.resolve(source.id()))) {
      return files
          .filter(file -> !file.toString().contains(".expected."))
          .filter(file -> !file.endsWith("source.yml") && !file.endsWith("fields.txt"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(LogSource source, Path file) throws IOException {
    byte[] record = Files.readAllBytes(file);
    String name = file.getFileName().toString();
    String actual = expected(source, name, record);
    Path golden = file.resolveSibling(name.replaceFirst("\\.[^.]+$", ".expected.json"));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(golden));
    if (source.id().equals("aws.cloudtrail")) {
      assertThat(expected(source, name, Bytes.gzip(record)).replaceAll("\"sha256\".*", ""))
          .isEqualTo(actual.replaceAll("\"sha256\".*", ""));
    }
  }

  private static String expected(LogSource source, String name, byte[] record) throws IOException {
    List<Decoded> all = new ArrayList<>();
    source.decode(RawRecord.whole(new Origin(name, 0, 1), record, Bytes.ARRIVAL), all::add);
    ArrayNode array = StrictJson.MAPPER.createArrayNode();
    for (Decoded decoded : all) {
      if (decoded instanceof Event event) {
        array.add(source.toEcs(event));
      } else if (decoded instanceof Reject reject) {
        array.add(DeadLetter.toEcs(reject));
      }
    }
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter()
            .withArrayIndenter(new DefaultIndenter("  ", "\n"))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"));
    return new String(
            StrictJson.MAPPER.writer(printer).writeValueAsBytes(array), StandardCharsets.UTF_8)
        + "\n";
  }
}
