package io.vigie.job.sink;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where a secret lies. The secret itself is read where it is used, so that it travels neither in
 * the job graph nor in a savepoint, log or message.
 *
 * @param reference {@code env:NAME} or {@code file:/path}
 */
public record Secret(String reference) implements Serializable {
  private static final String ENVIRONMENT = "env:";
  private static final String FILE = "file:";

  /**
   * Refuses what may be the secret itself.
   *
   * @throws IllegalArgumentException when the reference is of another form; the message does not
   *     repeat it, because it may be the secret
   */
  public Secret {
    if (!reference.startsWith(ENVIRONMENT) && !reference.startsWith(FILE)) {
      throw new IllegalArgumentException(
          "A secret is given as env:NAME or file:/path, never by its value");
    }
  }

  /**
   * Reads the secret; of a file, without the line break at its end.
   *
   * @throws ElasticsearchUnusableException when there is none; the message names the place
   */
  public String read() {
    if (reference.startsWith(ENVIRONMENT)) {
      String name = reference.substring(ENVIRONMENT.length());
      String value = System.getenv(name);
      if (value == null || value.isEmpty()) {
        throw new ElasticsearchUnusableException(
            "The environment variable " + name + " should hold a password and is not set", null);
      }
      return value;
    }
    String file = reference.substring(FILE.length());
    try {
      return Files.readString(Path.of(file)).stripTrailing();
    } catch (IOException | InvalidPathException e) {
      throw new ElasticsearchUnusableException(
          "The file " + file + " should hold a password and cannot be read", e);
    }
  }
}
