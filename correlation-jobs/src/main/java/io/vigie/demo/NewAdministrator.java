package io.vigie.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A developer's browser session is stolen while she works. The thief creates a user with a harmless
 * name, makes it an administrator and gives it a key, all within two minutes. Eighteen minutes
 * later that key surveys the account from another country.
 */
final class NewAdministrator implements Story {
  private static final String DEVELOPER = "ines.castel";
  private static final String USER = "svc-metrics";
  private static final Duration BEGIN = Duration.ofMinutes(150);
  private static final Duration PAUSE = Duration.ofMinutes(18);
  private static final List<String> THINGS =
      List.of(
          "ec2 DescribeInstances",
          "ec2 DescribeVpcs",
          "ec2 DescribeSubnets",
          "ec2 DescribeVolumes",
          "ec2 DescribeSnapshots",
          "ec2 DescribeImages",
          "ec2 DescribeKeyPairs",
          "ec2 DescribeRegions",
          "ec2 DescribeSecurityGroups",
          "iam ListUsers",
          "iam ListRoles",
          "iam ListGroups",
          "iam ListPolicies",
          "iam ListAccessKeys",
          "iam GetAccountSummary",
          "iam GetAccountPasswordPolicy",
          "iam ListMFADevices",
          "iam GetAccountAuthorizationDetails",
          "s3 ListBuckets",
          "s3 GetBucketPolicy",
          "s3 GetBucketAcl",
          "rds DescribeDBInstances",
          "rds DescribeDBSnapshots",
          "lambda ListFunctions20150331",
          "dynamodb ListTables",
          "secretsmanager ListSecrets",
          "ssm DescribeParameters",
          "kms ListKeys",
          "cloudtrail DescribeTrails",
          "guardduty ListDetectors",
          "eks ListClusters",
          "organizations DescribeOrganization");

  @Override
  public void unfold(Timeline timeline) {
    Instant begin = timeline.start().plus(BEGIN);
    Caller thief =
        Caller.session(
            Company.DEVELOPER_ROLE,
            Company.email(DEVELOPER),
            begin.minus(Duration.ofMinutes(70)),
            "203.0.113.99",
            Caller.BROWSER);
    timeline.add(
        begin,
        thief,
        ApiCall.of("iam", "CreateUser")
            .asking("{'userName':'%s'}", USER)
            .answering("{'user':{'userName':'%s','arn':'%s'}}", USER, Company.userArn(USER)));
    timeline.add(
        begin.plusSeconds(35),
        thief,
        ApiCall.of("iam", "AttachUserPolicy")
            .asking(
                "{'userName':'%s','policyArn':'arn:aws:iam::aws:policy/AdministratorAccess'}",
                USER));
    timeline.add(begin.plusSeconds(100), thief, Calls.createAccessKey(USER));

    Caller newUser = Caller.user(USER, "192.0.2.66", Caller.COMMAND_LINE);
    Instant at = begin.plus(PAUSE);
    for (String thing : THINGS) {
      timeline.add(at, newUser, Calls.named(thing));
      at = at.plusSeconds(3 + timeline.random().nextInt(10));
    }
  }

  @Override
  public List<ExpectedAlert> expectedAlerts() {
    return List.of(
        LibraryRule.ADMINISTRATOR_CREATED.alert(
            "A stolen developer session creates an administrator with a key.",
            Company.ACCOUNT,
            USER),
        LibraryRule.DISCOVERY_WITH_ACCESS_KEY.alert(
            "The new administrator's key surveys the account from elsewhere.",
            Company.userArn(USER)));
  }
}
