package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * {@code Oct 11 22:14:15}, as RFC 3164 has it. The year is the latest in which this is no later
 * than a day after the record's arrival: no wall clock, so that a replay decides the same. Where
 * nobody knows when the record arrived, this is no time.
 */
final class YearlessTime implements TimeFormat {
  /** In definitions. */
  static final String NAME = "syslog";

  private static final long CLOCKS_APART = Duration.ofDays(1).toMillis();

  /** From one 29 February to the next there may be eight years. */
  private static final int YEARS = 8;

  private static final DateTimeFormatter WRITTEN =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .parseLenient()
          .appendPattern("MMM d HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ENGLISH)
          .withResolverStyle(ResolverStyle.STRICT);

  @Override
  public OptionalLong millis(JsonNode value) {
    return OptionalLong.empty();
  }

  @Override
  public OptionalLong millis(JsonNode value, OptionalLong arrival) {
    if (arrival.isEmpty() || !value.isTextual() || value.textValue().length() > 40) {
      return OptionalLong.empty();
    }
    try {
      TemporalAccessor parsed = WRITTEN.parse(value.textValue().strip().replaceAll(" {2,}", " "));
      MonthDay day = MonthDay.from(parsed);
      LocalTime time = LocalTime.from(parsed);
      long latest = arrival.getAsLong() + CLOCKS_APART;
      int year = Instant.ofEpochMilli(latest).atZone(ZoneOffset.UTC).getYear();
      for (int back = 0; back <= YEARS; back++) {
        long millis = day.atYear(year - back).atTime(time).toInstant(ZoneOffset.UTC).toEpochMilli();
        if (day.isValidYear(year - back) && millis <= latest) {
          return TimeFormat.IsoTime.inRange(millis);
        }
      }
      return OptionalLong.empty();
    } catch (DateTimeException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }
}
