package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One way of writing a time. Without a zone it means UTC. Only the years 1 to 9999 are times:
 * Elasticsearch refuses the others.
 */
@FunctionalInterface
interface TimeFormat {
  /** Milliseconds since 1970 UTC, rounded down; empty where the value is not in this format. */
  OptionalLong millis(JsonNode value);

  /**
   * The same of a value that need not say its year, in a record that was there at {@code arrival}.
   */
  default OptionalLong millis(JsonNode value, OptionalLong arrival) {
    return millis(value);
  }

  /** The time in this format; empty where the format cannot hold it. */
  default Optional<JsonNode> write(long millis) {
    BigDecimal seconds = BigDecimal.valueOf(millis, 3).stripTrailingZeros();
    return Stream.<JsonNode>of(
            TextNode.valueOf(Instant.ofEpochMilli(millis).toString()),
            seconds.scale() <= 0
                ? LongNode.valueOf(seconds.longValueExact())
                : DecimalNode.valueOf(seconds),
            LongNode.valueOf(millis),
            LongNode.valueOf(millis * 1_000),
            LongNode.valueOf(millis * 1_000_000))
        .filter(value -> millis(value).equals(OptionalLong.of(millis)))
        .findFirst();
  }

  /**
   * RFC 3339 and its near relatives: {@code T} or a space between date and time, seconds and any
   * fraction may be missing, the zone may be {@code Z}, {@code +hh:mm}, {@code +hhmm}, {@code +hh}
   * or missing.
   */
  TimeFormat ISO_8601 =
      value -> value.isTextual() ? IsoTime.millis(value.textValue()) : OptionalLong.empty();

  /** The formats that have a name in definitions; anything else there is a pattern. */
  Map<String, TimeFormat> NAMED =
      new TreeMap<>(
          Map.of(
              "iso8601", ISO_8601,
              "epoch", anyEpoch(),
              "epoch-seconds", epoch(3),
              "epoch-millis", epoch(0),
              "epoch-micros", epoch(-3),
              "epoch-nanos", epoch(-6)));

  /** The unit follows from the magnitude: sound for the years 1973 to 5138. */
  private static TimeFormat anyEpoch() {
    TimeFormat seconds = epoch(3);
    TimeFormat millis = epoch(0);
    TimeFormat micros = epoch(-3);
    TimeFormat nanos = epoch(-6);
    return value -> {
      JsonNode number = EcsType.FLOAT.accept(value);
      double size = number == null ? 0 : Math.abs(number.doubleValue());
      TimeFormat unit = size < 1e11 ? seconds : size < 1e14 ? millis : size < 1e17 ? micros : nanos;
      return unit.millis(value);
    };
  }

  private static TimeFormat epoch(int powerOfTen) {
    return value -> {
      BigDecimal number;
      if (value.isIntegralNumber()) {
        number = new BigDecimal(value.bigIntegerValue());
      } else if (value.isNumber()) {
        number = BigDecimal.valueOf(value.doubleValue());
      } else if (value.isTextual() && value.textValue().matches("-?[0-9]{1,20}(\\.[0-9]{1,20})?")) {
        number = new BigDecimal(value.textValue());
      } else {
        return OptionalLong.empty();
      }
      if (number.precision() - number.scale() > 25) {
        return OptionalLong.empty();
      }
      return IsoTime.inRange(
          (long)
              number.scaleByPowerOfTen(powerOfTen).setScale(0, RoundingMode.FLOOR).doubleValue());
    };
  }

  /** Whether this is meant as a pattern and not as a name. */
  static boolean isPattern(String written) {
    return written.contains("yy") || written.contains("uu");
  }

  /**
   * A pattern of {@link DateTimeFormatter}, in English.
   *
   * @throws IllegalArgumentException for what is no pattern
   */
  static TimeFormat pattern(String pattern) {
    DateTimeFormatter formatter =
        new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern(pattern)
            .toFormatter(Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.SMART);
    return new Pattern(formatter);
  }

  /** A time as a formatter writes it. */
  record Pattern(DateTimeFormatter formatter) implements TimeFormat {
    @Override
    public OptionalLong millis(JsonNode value) {
      if (!value.isTextual()) {
        return OptionalLong.empty();
      }
      try {
        TemporalAccessor parsed = formatter.parse(value.textValue());
        LocalDate date = parsed.query(TemporalQueries.localDate());
        LocalTime time = parsed.query(TemporalQueries.localTime());
        ZoneId zone = parsed.query(TemporalQueries.zone());
        return date == null
            ? OptionalLong.empty()
            : IsoTime.inRange(
                date.atTime(time == null ? LocalTime.MIDNIGHT : time)
                    .atZone(zone == null ? ZoneOffset.UTC : zone)
                    .toInstant()
                    .toEpochMilli());
      } catch (DateTimeException | ArithmeticException e) {
        return OptionalLong.empty();
      }
    }

    @Override
    public Optional<JsonNode> write(long millis) {
      JsonNode written =
          TextNode.valueOf(formatter.format(Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC)));
      return Optional.of(written).filter(value -> millis(value).equals(OptionalLong.of(millis)));
    }
  }

  /** As ECS writes {@code @timestamp}: {@code 2026-01-02T03:04:05.678Z}. */
  static String text(long millis) {
    return IsoTime.TEXT.format(Instant.ofEpochMilli(millis));
  }

  /** Reads ISO 8601 without exceptions, because hostile input must cost no more than other. */
  final class IsoTime {
    private static final long YEAR_1 = -62_135_596_800_000L;
    private static final long YEAR_10000 = 253_402_300_800_000L;
    private static final DateTimeFormatter TEXT =
        new DateTimeFormatterBuilder()
            .appendValue(ChronoField.YEAR, 4, 4, SignStyle.NEVER)
            .appendPattern("-MM-dd'T'HH:mm:ss.SSS'Z'")
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final String text;
    private int at;

    private IsoTime(String text) {
      this.text = text;
    }

    static OptionalLong inRange(long millis) {
      return millis >= YEAR_1 && millis < YEAR_10000
          ? OptionalLong.of(millis)
          : OptionalLong.empty();
    }

    static OptionalLong millis(String text) {
      return text.length() > 64 ? OptionalLong.empty() : new IsoTime(text.strip()).read();
    }

    private OptionalLong read() {
      int year = digits(4);
      int month = skip('-') ? digits(2) : -1;
      int day = skip('-') ? digits(2) : -1;
      if (year < 1 || month < 1 || month > 12 || day < 1) {
        return OptionalLong.empty();
      }
      if (day > 28 && day > YearMonth.of(year, month).lengthOfMonth()) {
        return OptionalLong.empty();
      }
      if (!skip('T') && !skip('t') && !skip(' ')) {
        return OptionalLong.empty();
      }
      int hour = digits(2);
      int minute = skip(':') ? digits(2) : -1;
      int second = 0;
      int millis = 0;
      if (skip(':')) {
        second = digits(2);
        if (skip('.') || skip(',')) {
          millis = fraction();
        }
      }
      // A leap second is RFC 3339's 60; it counts as the second after.
      if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
        return OptionalLong.empty();
      }
      int zone = zoneMinutes();
      if (millis < 0 || zone == Integer.MIN_VALUE || at != text.length()) {
        return OptionalLong.empty();
      }
      long days = LocalDate.of(year, month, day).toEpochDay();
      long minutes = (days * 24 + hour) * 60 + minute - zone;
      return inRange((minutes * 60 + second) * 1000 + millis);
    }

    private boolean skip(char wanted) {
      if (at < text.length() && text.charAt(at) == wanted) {
        at++;
        return true;
      }
      return false;
    }

    /** Exactly {@code count} digits, else -1. */
    private int digits(int count) {
      int value = 0;
      for (int i = 0; i < count; i++, at++) {
        int digit = at < text.length() ? text.charAt(at) - '0' : -1;
        if (digit < 0 || digit > 9) {
          return -1;
        }
        value = value * 10 + digit;
      }
      return value;
    }

    private int fraction() {
      int from = at;
      int millis = 0;
      int weight = 100;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        millis += (text.charAt(at++) - '0') * weight;
        weight /= 10;
      }
      return at == from ? -1 : millis;
    }

    private int zoneMinutes() {
      if (at == text.length() || skip('Z') || skip('z')) {
        return 0;
      }
      int sign = skip('+') ? 1 : skip('-') ? -1 : 0;
      int hours = digits(2);
      boolean colon = skip(':');
      int minutes = at < text.length() || colon ? digits(2) : 0;
      if (sign == 0 || hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
        return Integer.MIN_VALUE;
      }
      return sign * (hours * 60 + minutes);
    }
  }
}
