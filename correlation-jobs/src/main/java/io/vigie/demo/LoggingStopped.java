package io.vigie.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A flaw in the booking program gives away the credentials of its instance's role, which may do far
 * too much. Their finder, at an address of his own, stops the company's trail (he does not know of
 * the organisation's, which goes on), copies 160 statements and shares a snapshot of the disk with
 * an account of his. The instance itself works on all the while.
 */
final class LoggingStopped implements Story {
  private static final Company.Server SERVER = Company.SERVERS.get(5);
  private static final Duration BEGIN = Duration.ofMinutes(220);
  private static final int COPIED_OBJECTS = 160;

  @Override
  public void unfold(Timeline timeline) {
    Instant at = timeline.start().plus(BEGIN);
    Caller finder =
        Caller.server(SERVER, timeline.start()).from("203.0.113.150", Caller.COMMAND_LINE);
    timeline.add(at, finder, ApiCall.of("sts", "GetCallerIdentity"));
    timeline.add(at.plusSeconds(40), finder, ApiCall.of("cloudtrail", "DescribeTrails"));
    timeline.add(
        at.plusSeconds(75),
        finder,
        ApiCall.of("cloudtrail", "StopLogging")
            .asking("{'name':'arn:aws:cloudtrail:eu-west-1:%s:trail/main'}", Company.ACCOUNT));
    at = at.plus(Duration.ofMinutes(6));
    for (int i = 1; i <= COPIED_OBJECTS; i++) {
      timeline.add(
          at, finder, Calls.readObject("tidewright-finance", "statements/2025/" + i + ".pdf"));
      at = at.plusSeconds(1 + timeline.random().nextInt(4));
    }
    timeline.add(
        at.plusSeconds(120),
        finder,
        Calls.shareSnapshot("snap-0" + timeline.hex(16), Company.STRANGE_ACCOUNT));
  }

  @Override
  public List<ExpectedAlert> expectedAlerts() {
    String session = Company.sessionArn(SERVER.role(), SERVER.id());
    return List.of(
        LibraryRule.INSTANCE_CREDENTIALS_ELSEWHERE.alert(
            "The credentials of an instance are used from a second address.", session),
        LibraryRule.LOGGING_STOPPED_THEN_BULK_DOWNLOAD.alert(
            "They stop the trail and copy 160 statements.", session),
        LibraryRule.SNAPSHOT_SHARED_OUTSIDE.alert(
            "They share a snapshot of the disk with an unknown account."));
  }
}
