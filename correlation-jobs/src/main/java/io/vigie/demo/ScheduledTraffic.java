package io.vigie.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What runs by the clock: the delivery pipeline, the backup, the auditor's survey. */
final class ScheduledTraffic implements Activity {
  static final String PIPELINE_ROLE = "delivery-pipeline";
  static final String PIPELINE_ADDRESS = "192.0.2.140";
  private static final int AUDIT_ROUNDS = 10;
  private static final List<String> AUDITED =
      List.of(
          "iam ListUsers",
          "iam ListRoles",
          "iam ListPolicies",
          "iam ListGroups",
          "iam ListAccessKeys",
          "iam ListMFADevices",
          "iam GetAccountSummary",
          "iam GetAccountPasswordPolicy",
          "iam GetCredentialReport",
          "s3 ListBuckets",
          "s3 GetBucketPolicyStatus",
          "s3 GetBucketAcl",
          "s3 GetBucketEncryption",
          "s3 GetBucketLogging",
          "s3 GetBucketVersioning",
          "ec2 DescribeInstances",
          "ec2 DescribeSecurityGroups",
          "ec2 DescribeSnapshots",
          "ec2 DescribeFlowLogs",
          "ec2 DescribeNetworkAcls",
          "ec2 DescribeVolumes",
          "rds DescribeDBInstances",
          "rds DescribeDBSnapshots",
          "kms ListKeys",
          "kms GetKeyRotationStatus",
          "cloudtrail DescribeTrails",
          "cloudtrail GetTrailStatus",
          "guardduty ListDetectors",
          "config DescribeConfigurationRecorders",
          "lambda ListFunctions20150331",
          "eks ListClusters",
          "secretsmanager ListSecrets");
  private static final List<String> NOT_AUDITED =
      List.of(
          "s3 GetBucketWebsite",
          "kms GetKeyPolicy",
          "organizations ListAccounts",
          "sso-directory ListUsers");

  @Override
  public void unfold(Timeline timeline) {
    timeline.between(
        Duration.ofMinutes(5), Timeline.SPAN.minusMinutes(10), 1300, at -> release(timeline, at));
    timeline.between(
        Duration.ofMinutes(2), Timeline.SPAN.minusMinutes(20), 3000, at -> backUp(timeline, at));
    timeline.between(
        Duration.ofMinutes(10), Timeline.SPAN.minusMinutes(60), 7000, at -> audit(timeline, at));
  }

  private static void release(Timeline timeline, Instant begin) {
    String run = "run-" + timeline.hex(8);
    Caller pipeline =
        Caller.session(PIPELINE_ROLE, run, begin, PIPELINE_ADDRESS, Caller.COMMAND_LINE);
    List<String> steps =
        List.of(
            "ecr GetAuthorizationToken",
            "ecr InitiateLayerUpload",
            "ecr PutImage",
            "ecs RegisterTaskDefinition",
            "ecs UpdateService",
            "cloudformation CreateChangeSet",
            "cloudformation DescribeChangeSet",
            "cloudformation ExecuteChangeSet");
    Instant at = begin;
    for (String secret : List.of("registry", "signing", "web/database")) {
      timeline.add(at, pipeline, Calls.readSecret(secret));
      at = at.plusSeconds(1);
    }
    for (String step : steps) {
      ApiCall call =
          Calls.named(step)
              .asking("{'name':'booking','tag':'%s'}", run)
              .answering("{'status':'ACCEPTED'}");
      timeline.add(at, pipeline, call);
      at = at.plusSeconds(2 + timeline.random().nextInt(8));
    }
    for (int i = 0; i < 60; i++) {
      String asked = i % 2 == 0 ? "DescribeServices" : "DescribeTasks";
      timeline.add(at, pipeline, ApiCall.of("ecs", asked).asking("{'cluster':'production'}"));
      at = at.plusSeconds(3);
    }
  }

  /** Snapshots of all disks, each shared with the company's own backup account. */
  private static void backUp(Timeline timeline, Instant begin) {
    Caller backup = Caller.session("backup", "nightly", begin, "192.0.2.141", Caller.SCRIPT);
    Instant at = begin;
    for (Company.Server server : Company.SERVERS) {
      String snapshot = "snap-0" + timeline.hex(16);
      timeline.add(
          at,
          backup,
          ApiCall.of("ec2", "CreateSnapshot")
              .asking("{'volumeId':'vol-0%s','description':'%s'}", timeline.hex(16), server.id())
              .answering("{'snapshotId':'%s','status':'pending'}", snapshot));
      for (int i = 1; i <= 6; i++) {
        timeline.add(
            at.plusSeconds(10L * i),
            backup,
            ApiCall.of("ec2", "DescribeSnapshots")
                .asking("{'snapshotSet':{'items':[{'snapshotId':'%s'}]}}", snapshot));
      }
      timeline.add(
          at.plusSeconds(70), backup, Calls.shareSnapshot(snapshot, Company.BACKUP_ACCOUNT));
      at = at.plusSeconds(75);
    }
  }

  /** Reads what its role allows, round after round, and four kinds of things that it does not. */
  private static void audit(Timeline timeline, Instant begin) {
    Caller auditor =
        Caller.session("security-audit", "weekly-survey", begin, "192.0.2.142", Caller.SCRIPT);
    Instant at = begin;
    for (int round = 0; round < AUDIT_ROUNDS; round++) {
      for (String asked : AUDITED) {
        timeline.add(at, auditor, Calls.named(asked));
        at = at.plusSeconds(2);
      }
      timeline.add(at, auditor, Calls.named(timeline.oneOf(NOT_AUDITED)).denied());
    }
  }
}
