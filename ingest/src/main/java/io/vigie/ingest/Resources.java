package io.vigie.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Finds the definitions that come with Vigie, in its jar or in the folder of its classes. */
final class Resources {
  private static final String FILE = "source.yml";
  private static final String FOLDER = "io/vigie/ingest/sources/";

  private Resources() {}

  /**
   * Reads {@code sources/ID/source.yml} of each ID, in no order.
   *
   * @param reader is given the file's name and its bytes
   */
  static <T> List<T> sources(BiFunction<String, byte[], T> reader) {
    return beside(Objects.requireNonNull(Resources.class.getResource("ecs-fields.csv")), reader);
  }

  /** The same, where this file of the package lies. */
  static <T> List<T> beside(URL beside, BiFunction<String, byte[], T> reader) {
    try {
      if (beside.openConnection() instanceof JarURLConnection connection) {
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
          return inJar(jar, reader);
        }
      }
      return inFolder(Path.of(beside.toURI()).resolveSibling("sources"), reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(beside + " is no address of a file", e);
    }
  }

  private static <T> List<T> inJar(JarFile jar, BiFunction<String, byte[], T> reader)
      throws IOException {
    List<T> found = new ArrayList<>();
    List<JarEntry> entries =
        jar.stream()
            .filter(entry -> entry.getName().startsWith(FOLDER))
            .filter(entry -> entry.getName().endsWith("/" + FILE))
            .toList();
    for (JarEntry entry : entries) {
      try (InputStream in = jar.getInputStream(entry)) {
        found.add(reader.apply(entry.getName().substring(FOLDER.length()), in.readAllBytes()));
      }
    }
    return found;
  }

  private static <T> List<T> inFolder(Path folder, BiFunction<String, byte[], T> reader)
      throws IOException {
    List<Path> files;
    try (Stream<Path> ids = Files.list(folder)) {
      files = ids.map(id -> id.resolve(FILE)).filter(Files::isRegularFile).toList();
    }
    List<T> found = new ArrayList<>();
    for (Path file : files) {
      found.add(reader.apply(folder.relativize(file).toString(), Files.readAllBytes(file)));
    }
    return found;
  }
}
