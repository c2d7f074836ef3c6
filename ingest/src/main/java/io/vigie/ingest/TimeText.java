package io.vigie.ingest;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads times where no definition says how they are written. */
public final class TimeText {
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
  private static final TimeFormat EPOCH = Objects.requireNonNull(TimeFormat.NAMED.get("epoch"));

  private TimeText() {}

  /**
   * Milliseconds since 1970 UTC of a text that is ISO 8601 (a date is its midnight, and UTC is
   * meant where no zone is named) or a number of seconds, milliseconds, microseconds or nanoseconds
   * since then, as its size tells. Empty for anything else.
   */
  public static OptionalLong millis(String text) {
    String time = DATE.matcher(text).matches() ? text + "T00:00" : text;
    OptionalLong millis = TimeFormat.IsoTime.millis(time);
    return millis.isPresent() ? millis : EPOCH.millis(TextNode.valueOf(text));
  }
}
