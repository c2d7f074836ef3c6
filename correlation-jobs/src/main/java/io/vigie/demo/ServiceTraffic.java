package io.vigie.demo;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What AWS services do among themselves in the company's account. */
final class ServiceTraffic implements Activity {
  private static final List<String> ROLE_TAKERS =
      List.of("ec2", "lambda", "autoscaling", "ecs-tasks", "config", "inspector2", "backup");
  private static final List<String> RECORDED_KINDS =
      List.of(
          "DescribeInstances",
          "DescribeVolumes",
          "DescribeSecurityGroups",
          "DescribeSubnets",
          "DescribeVpcs",
          "DescribeRouteTables",
          "DescribeAddresses",
          "DescribeSnapshots");

  @Override
  public void unfold(Timeline timeline) {
    Instant since = timeline.start();
    Caller recorder =
        Caller.session("AWSServiceRoleForConfig", "AWSConfig-Describe", since, "", "")
            .through("config.amazonaws.com");
    Caller volumes =
        Caller.session("aws:ec2-infrastructure", "i-0a4c19e27b6d8f301", since, "", "")
            .through("AWS Internal");
    Caller function =
        Caller.session("lambda-role", "resize-photos", since, "10.20.3.8", Caller.SCRIPT);
    timeline.always(12, at -> takeRole(timeline, at));
    timeline.always(16, at -> recordConfiguration(timeline, at, recorder));
    timeline.always(14, at -> keepTrail(timeline, at));
    timeline.always(25, at -> timeline.add(at, volumes, Calls.useKey("Decrypt")));
    timeline.always(40, at -> openLogStream(timeline, at, function));
  }

  private static void takeRole(Timeline timeline, Instant at) {
    String service = timeline.oneOf(ROLE_TAKERS);
    timeline.add(
        at,
        Caller.service(service + ".amazonaws.com"),
        ApiCall.of("sts", "AssumeRole")
            .asking(
                "{'roleArn':'arn:aws:iam::%s:role/%s-role','roleSessionName':'%s',"
                    + "'durationSeconds':3600}",
                Company.ACCOUNT, service, timeline.hex(12))
            .answering(
                "{'credentials':{'accessKeyId':'ASIA%sEXAMPLE','expiration':'%s'},"
                    + "'assumedRoleUser':{'arn':'%s'}}",
                timeline.hex(9).toUpperCase(Locale.ROOT),
                at.plusSeconds(3600),
                Company.sessionArn(service + "-role", "session"))
            .with("{'sharedEventID':'%s'}", timeline.hex(32)));
  }

  private static void recordConfiguration(Timeline timeline, Instant at, Caller recorder) {
    String region = timeline.random().nextInt(4) == 0 ? Company.SPARE_REGION : Company.HOME_REGION;
    timeline.add(
        at,
        recorder,
        ApiCall.of("ec2", timeline.oneOf(RECORDED_KINDS))
            .in(region)
            .asking("{'maxResults':1000,'filterSet':{}}"));
  }

  private static void keepTrail(Timeline timeline, Instant at) {
    Caller trail = Caller.service("cloudtrail.amazonaws.com");
    if (timeline.random().nextBoolean()) {
      timeline.add(at, trail, Calls.useKey("GenerateDataKey"));
      return;
    }
    timeline.add(
        at,
        trail,
        ApiCall.of("s3", "PutObject")
            .in(timeline.oneOf(List.of(Company.HOME_REGION, Company.GLOBAL_REGION)))
            .asking(
                "{'bucketName':'tidewright-trail','key':'AWSLogs/%s/CloudTrail/%s.json.gz',"
                    + "'x-amz-server-side-encryption':'aws:kms'}",
                Company.ACCOUNT, timeline.hex(16)));
  }

  private static void openLogStream(Timeline timeline, Instant at, Caller function) {
    timeline.add(
        at,
        function,
        ApiCall.of("logs", "CreateLogStream")
            .asking(
                "{'logGroupName':'/aws/lambda/resize-photos','logStreamName':'[$LATEST]%s'}",
                timeline.hex(32)));
  }
}
