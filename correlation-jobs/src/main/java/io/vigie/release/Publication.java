package io.vigie.release;

import io.vigie.rules.RulePack;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What somebody publishes: all rule files that are to decide, and from when.
 *
 * @param version what the author calls it; may be empty
 * @param from the event time from which it is to decide
 * @param published when it was published, by the publisher's clock
 */
public record Publication(
    String version, Instant from, Instant published, List<RulePack.File> files) {
  /** Longer is no name. */
  public static final int MAX_VERSION = 100;

  static final Publication NONE = new Publication("", Instant.EPOCH, Instant.EPOCH, List.of());

  public Publication {
    files = List.copyOf(files);
  }

  /** Why it cannot be published: more files or bytes than a release may have; empty if it can. */
  public Optional<String> unfit() {
    try {
      PackFormat.pack(this);
      return Optional.empty();
    } catch (PackFormat.Unfit e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  byte[] pack() {
    try {
      return PackFormat.pack(this);
    } catch (PackFormat.Unfit e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Whether a version may be called so: short, and nothing in it that is not seen. */
  public static boolean isVersion(String text) {
    return text.length() <= MAX_VERSION
        && text.codePoints()
            .noneMatch(
                c ->
                    switch (Character.getType(c)) {
                      case Character.CONTROL,
                          Character.FORMAT,
                          Character.SURROGATE,
                          Character.PRIVATE_USE,
                          Character.UNASSIGNED,
                          Character.LINE_SEPARATOR,
                          Character.PARAGRAPH_SEPARATOR ->
                          true;
                      default -> false;
                    });
  }
}
