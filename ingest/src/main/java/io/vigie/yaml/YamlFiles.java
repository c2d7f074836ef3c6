package io.vigie.yaml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Finds the YAML files that users name. */
public final class YamlFiles {
  private YamlFiles() {}

  /**
   * Reads every {@code .yml} and {@code .yaml} file in the folders and below, and the files named,
   * in the order of their names; what cannot be read is a problem.
   *
   * @param file is given each file's name, as the user wrote it, and its bytes
   */
  public static void read(List<Path> folders, Problems problems, BiConsumer<String, byte[]> file) {
    for (Path folder : folders) {
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path path : tree.filter(Files::isRegularFile).sorted().toList()) {
          String name = path.toString();
          if (name.endsWith(".yml") || name.endsWith(".yaml")) {
            file.accept(name, Files.readAllBytes(path));
          }
        }
      } catch (IOException | UncheckedIOException e) {
        problems
            .of(folder.toString())
            .error(
                Place.START,
                "CANNOT_READ",
                "cannot be read: " + e.getMessage(),
                "name a folder or a file that exists");
      }
    }
  }
}
