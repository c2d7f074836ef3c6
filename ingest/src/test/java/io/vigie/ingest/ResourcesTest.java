package io.vigie.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder among the sources is a source, in a build's classes as in a jar. */
class ResourcesTest {
  private static final Map<String, String> FILES =
      new TreeMap<>(
          Map.of(
              "io/vigie/ingest/ecs-fields.csv", "",
              "io/vigie/ingest/sources/a.one/source.yml", "one",
              "io/vigie/ingest/sources/a.one/readme.txt", "no",
              "io/vigie/ingest/sources/b.two/source.yml", "two",
              "io/vigie/rules/sources/c.three/source.yml", "no"));

  @TempDir Path folder;

  @Test
  void foldersAreFound() throws Exception {
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }

    assertThat(found(folder.resolve("io/vigie/ingest/ecs-fields.csv").toUri()))
        .containsExactlyInAnyOrder("a.one/source.yml=one", "b.two/source.yml=two");
  }

  @Test
  void foldersInAJarAreFound() throws Exception {
    Path jar = folder.resolve("vigie job.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, String> file : FILES.entrySet()) {
        out.putNextEntry(new JarEntry(file.getKey()));
        out.write(Bytes.utf8(file.getValue()));
      }
    }

    assertThat(found(URI.create("jar:" + jar.toUri() + "!/io/vigie/ingest/ecs-fields.csv")))
        .containsExactlyInAnyOrder("a.one/source.yml=one", "b.two/source.yml=two");
  }

  private static List<String> found(URI beside) throws Exception {
    return Resources.beside(
        beside.toURL(), (name, yaml) -> name + "=" + new String(yaml, StandardCharsets.UTF_8));
  }
}
