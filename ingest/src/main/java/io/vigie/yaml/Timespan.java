package io.vigie.yaml;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as Sigma writes them: {@code 30s}, {@code 10m}, {@code 12h}, {@code 7d}. */
public final class Timespan {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,6})([smhd])");

  private Timespan() {}

  /** For example {@code 1h5m}. */
  public static String text(Duration span) {
    long days = span.toDays();
    if (days > 0) {
      Duration rest = span.minusDays(days);
      return days + "d" + (rest.isZero() ? "" : text(rest));
    }
    return span.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  /** Empty where the text is no span of time. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = WRITTEN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        });
  }
}
