package io.vigie.correlation;

import com.google.re2j.Pattern;
import io.vigie.rules.detection.SafePattern;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What statements of rules may call. Esper's generated code calls it, so it is public. */
public final class EplFunctions {
  static final String MATCHES = "matches";

  /** A pattern is a constant of a statement; so there are as many as rules have written. */
  private static final Map<String, Pattern> COMPILED = new ConcurrentHashMap<>();

  private EplFunctions() {}

  /**
   * Whether the RE2 pattern is found in the text, in time linear in the text's length. Null is
   * found in nothing.
   *
   * @param pattern within the bounds of {@link SafePattern}
   */
  public static boolean matches(@Nullable String text, @Nullable String pattern) {
    if (text == null || pattern == null) {
      return false;
    }
    return COMPILED
        .computeIfAbsent(pattern, p -> SafePattern.compile(p, 0).orElseThrow())
        .matcher(text)
        .find();
  }
}
