package io.vigie.cli;

import java.nio.file.Path;

/** Where Vigie's own files are. */
final class Home {
  private Home() {}

  /** As the launcher says; else the working directory. */
  static Path folder() {
    return Path.of(System.getProperty("vigie.home", "."));
  }
}
