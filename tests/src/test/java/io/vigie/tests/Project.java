package io.vigie.tests;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the project and the optional corpus are. */
final class Project {
  private Project() {}

  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("dashboards"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  static Path library() {
    return root().resolve("rules").resolve("library");
  }

  /** A file or folder of the corpus; empty where the corpus is not there. */
  static Optional<Path> corpus(String path) {
    String configured = System.getenv().getOrDefault("VIGIE_CORPUS", "../shared/corpus");
    Path found = root().resolve(configured).resolve(path);
    return Files.exists(found) ? Optional.of(found) : Optional.empty();
  }
}
