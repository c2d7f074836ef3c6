package io.vigie.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What happens in the six hours of the demo, each call as the CloudTrail record of it. Source of
 * the record's shape: AWS CloudTrail user guide, "CloudTrail record contents".
 */
final class Timeline {
  static final Duration SPAN = Duration.ofHours(6);

  private final Instant start;
  private final SplittableRandom random;
  private final List<Happening> happenings = new ArrayList<>();

  /** An event, before anybody hears of it. */
  record Happening(Instant at, String region, byte[] json) {}

  Timeline(Instant start, SplittableRandom random) {
    this.start = start;
    this.random = random;
  }

  Instant start() {
    return start;
  }

  SplittableRandom random() {
    return random;
  }

  List<Happening> happenings() {
    return happenings;
  }

  /** Runs from the start of the demo to its end, on average every so many seconds. */
  void always(int averageSeconds, Consumer<Instant> action) {
    between(Duration.ZERO, SPAN, averageSeconds, action);
  }

  /** Runs from one time to another, on average every so many seconds. */
  void between(Duration from, Duration to, int averageSeconds, Consumer<Instant> action) {
    long second = from.toSeconds() + random.nextInt(averageSeconds);
    while (second < to.toSeconds()) {
      action.accept(start.plusSeconds(second));
      second += 1 + random.nextInt(2 * averageSeconds - 1);
    }
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** So many digits and letters of hexadecimal. */
  String hex(int length) {
    StringBuilder hex = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      hex.append(Character.forDigit(random.nextInt(16), 16));
    }
    return hex.toString();
  }

  void add(Instant at, Caller caller, ApiCall call) {
    ObjectNode record = Json.object("{'eventVersion':'1.11'}");
    record.set("userIdentity", caller.identity());
    record.put("eventTime", at.toString());
    record.put("eventSource", call.service() + ".amazonaws.com");
    record.put("eventName", call.name());
    record.put("awsRegion", call.region());
    record.put("sourceIPAddress", caller.address());
    record.put("userAgent", caller.userAgent());
    if (!call.errorCode().isEmpty()) {
      record.put("errorCode", call.errorCode());
    }
    if (!call.errorMessage().isEmpty()) {
      record.put("errorMessage", call.errorMessage());
    }
    record.set("requestParameters", call.request());
    record.set("responseElements", call.response());
    record.put("requestID", uuid().toString());
    record.put("eventID", uuid().toString());
    record.put("readOnly", call.isReadOnly());
    record.put("eventType", call.service().equals("signin") ? "AwsConsoleSignIn" : "AwsApiCall");
    record.put("managementEvent", !call.isAboutData());
    record.put("recipientAccountId", Company.ACCOUNT);
    record.put("eventCategory", call.isAboutData() ? "Data" : "Management");
    record.setAll(call.extra());
    if (!caller.isService()) {
      record.set("tlsDetails", tls(call));
    }
    happenings.add(new Happening(at, call.region(), Json.bytes(record)));
  }

  private static ObjectNode tls(ApiCall call) {
    return Json.object(
        "{'tlsVersion':'TLSv1.3','cipherSuite':'TLS_AES_128_GCM_SHA256',"
            + "'clientProvidedHostHeader':'%s.%s.amazonaws.com'}",
        call.service(), call.region());
  }

  private UUID uuid() {
    long version4 = (random.nextLong() & ~0xF000L) | 0x4000L;
    long variant = (random.nextLong() & ~0xC000_0000_0000_0000L) | 0x8000_0000_0000_0000L;
    return new UUID(version4, variant);
  }
}
