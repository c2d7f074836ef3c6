package io.vigie.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class YamlFilesTest {
  @TempDir Path folder;

  private final Problems problems = new Problems();

  private Map<String, String> read(Path... named) {
    Map<String, String> read = new TreeMap<>();
    YamlFiles.read(
        List.of(named),
        problems,
        (name, bytes) ->
            read.put(
                name.replace(folder.toString(), ""), new String(bytes, StandardCharsets.UTF_8)));
    return read;
  }

  private Path write(String name, String text) throws IOException {
    Path path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }

  private Path zip(String name, Map<String, byte[]> entries) throws IOException {
    Path path = folder.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
      for (var entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return path;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void foldersAndPacksAreReadInTheOrderOfNames() throws IOException {
    write("rules/b.yml", "b: 1");
    write("rules/a/c.yaml", "c: 1");
    write("rules/readme.md", "no");
    Path pack = zip("pack.zip", Map.of("x/d.yml", bytes("d: 1"), "inner.zip", bytes("no zip")));

    assertThat(read(folder.resolve("rules"), pack))
        .containsOnlyKeys("/rules/a/c.yaml", "/rules/b.yml", "/pack.zip!x/d.yml");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void linksBelowAFolderAreRefusedAndNotFollowed() throws IOException {
    Path secret = write("outside/secret.yml", "secret: 1");
    write("rules/a.yml", "a: 1");
    Files.createSymbolicLink(folder.resolve("rules/b.yml"), secret);
    Files.createSymbolicLink(folder.resolve("rules/outside"), secret.getParent());
    Files.createSymbolicLink(folder.resolve("rules/self"), folder.resolve("rules"));
    Files.createSymbolicLink(folder.resolve("rules/gone.yml"), folder.resolve("nowhere.yml"));

    assertThat(read(folder.resolve("rules"))).containsOnlyKeys("/rules/a.yml");
    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactly("LINK", "LINK", "LINK", "LINK");
  }

  @Test
  void folderThatTheUserNamesMayBeALink() throws IOException {
    write("rules/a.yml", "a: 1");
    Path link = Files.createSymbolicLink(folder.resolve("current"), folder.resolve("rules"));

    assertThat(read(link)).containsOnlyKeys("/current/a.yml");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void pipesAndDevicesAreNotOpened() throws Exception {
    write("rules/a.yml", "a: 1");
    Process mkfifo =
        new ProcessBuilder("mkfifo", folder.resolve("rules/pipe.yml").toString()).start();
    assumeTrue(mkfifo.waitFor() == 0, "no pipes on this system");

    assertThat(read(folder.resolve("rules"))).containsOnlyKeys("/rules/a.yml");
    assertThat(problems.all()).extracting(Problem::code).containsExactly("NOT_A_FILE");
  }

  @Test
  void whatCannotBeReadIsAProblemAndTheRestIsRead() throws IOException {
    write("rules/a.yml", "a: 1");
    write("rules/large.yml", "x".repeat(YamlReader.MAX_BYTES + 1));

    assertThat(read(folder.resolve("nowhere"), folder.resolve("rules")))
        .containsOnlyKeys("/rules/a.yml");
    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactly("CANNOT_READ", "FILE_TOO_LARGE");
  }

  static Stream<Arguments> hostilePacks() {
    return Stream.of(
        Arguments.of("../a.yml", "PACK_NAME"),
        Arguments.of("x/../../a.yml", "PACK_NAME"),
        Arguments.of("/etc/a.yml", "PACK_NAME"),
        Arguments.of("..\\a.yml", "PACK_NAME"),
        Arguments.of("C:/a.yml", "PACK_NAME"),
        Arguments.of("a\nb.yml", "PACK_NAME"),
        Arguments.of("a\u202e.yml", "PACK_NAME"));
  }

  @ParameterizedTest
  @MethodSource("hostilePacks")
  void packWithANameThatLeadsOutIsRefusedWhole(String name, String code) throws IOException {
    Path pack = zip("pack.zip", Map.of("good.yml", bytes("a: 1"), name, bytes("b: 1")));

    assertThat(read(pack)).isEmpty();
    assertThat(problems.all()).extracting(Problem::code).containsExactly(code);
    assertThat(problems.all().get(0).file()).isEqualTo(pack.toString());
  }

  @Test
  void packsThatSayTwoThingsOrGrowAreRefused() throws IOException {
    assertThat(read(zip("twice.zip", Map.of("a.yml", bytes("a: 1"), "A.yml", bytes("b: 1")))))
        .isEmpty();
    assertThat(read(zip("bomb.zip", Map.of("a.yml", new byte[200_000])))).isEmpty();
    assertThat(read(zip("large.zip", Map.of("a.yml", new byte[50_000_000])))).isEmpty();
    assertThat(read(write("text.zip", "no zip"))).isEmpty();

    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactly("PACK_NAME", "PACK_BOMB", "FILE_TOO_LARGE", "NOT_A_PACK");
  }
}
