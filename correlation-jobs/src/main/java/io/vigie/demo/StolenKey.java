package io.vigie.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A contractor pushed an access key to a public repository. The finder does not know what it may do
 * and tries twelve kinds of calls; all are denied. It may manage its own keys, though, so the
 * finder makes a second one, lest the first be revoked, and then learns that it may read secrets:
 * fourteen of them in four minutes.
 */
final class StolenKey implements Story {
  private static final String USER = "contractor-build";
  private static final Duration BEGIN = Duration.ofMinutes(80);
  private static final List<String> TRIED =
      List.of(
          "iam ListUsers",
          "iam ListRoles",
          "iam CreateUser",
          "iam AttachUserPolicy",
          "s3 ListBuckets",
          "ec2 DescribeInstances",
          "ec2 DescribeSnapshots",
          "ec2 RunInstances",
          "rds DescribeDBInstances",
          "lambda ListFunctions20150331",
          "dynamodb ListTables",
          "organizations ListAccounts");

  @Override
  public void unfold(Timeline timeline) {
    Caller finder = Caller.user(USER, "203.0.113.45", Caller.SCRIPT);
    Instant at = timeline.start().plus(BEGIN);
    timeline.add(at, finder, ApiCall.of("sts", "GetCallerIdentity"));
    for (String tried : TRIED) {
      at = at.plusSeconds(20 + timeline.random().nextInt(20));
      timeline.add(at, finder, Calls.named(tried).denied());
    }
    at = at.plusSeconds(95);
    timeline.add(at, finder, Calls.createAccessKey(USER));
    for (int i = 1; i <= 14; i++) {
      at = at.plusSeconds(10 + timeline.random().nextInt(8));
      timeline.add(at, finder, Calls.readSecret("partner/" + i));
    }
  }

  @Override
  public List<ExpectedAlert> expectedAlerts() {
    return List.of(
        LibraryRule.ACCESS_PROBED_THEN_GRANTED.alert(
            "A leaked key is tried on twelve kinds of calls and then makes itself a second key.",
            Company.userArn(USER)),
        LibraryRule.SECRETS_READ_IN_BULK.alert(
            "The leaked key reads fourteen secrets in four minutes.", Company.userArn(USER)));
  }
}
