package io.vigie.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Developers at work: they log in, look around in the console, call from the command line, and are
 * refused now and then.
 */
final class PeopleTraffic implements Activity {
  private static final List<String> LOOKS =
      List.of(
          "ec2 DescribeInstances",
          "ec2 DescribeSecurityGroups",
          "ec2 DescribeVolumes",
          "ec2 DescribeImages",
          "ec2 DescribeInstanceStatus",
          "logs FilterLogEvents",
          "logs DescribeLogGroups",
          "logs DescribeLogStreams",
          "logs GetLogEvents",
          "monitoring GetMetricData",
          "monitoring DescribeAlarms",
          "s3 ListBuckets",
          "s3 GetBucketLocation",
          "lambda ListFunctions20150331",
          "lambda GetFunction20150331v2",
          "rds DescribeDBInstances",
          "ecs DescribeServices",
          "ecs ListTasks",
          "iam GetUser",
          "iam ListRoles",
          "health DescribeEventAggregates",
          "ce GetCostAndUsage",
          "cloudformation DescribeStacks",
          "sts GetCallerIdentity");
  private static final List<String> REFUSED =
      List.of("iam ListUsers", "organizations DescribeOrganization", "ce GetCostForecast");

  @Override
  public void unfold(Timeline timeline) {
    for (int i = 0; i < Company.DEVELOPERS.size(); i++) {
      workingDay(timeline, Company.DEVELOPERS.get(i), Company.addressOf(i));
    }
    ownAccessKey(timeline);
  }

  private static void workingDay(Timeline timeline, String name, String address) {
    Instant login = timeline.start().plusSeconds(60 + timeline.random().nextInt(1800));
    Caller browser =
        Caller.session(Company.DEVELOPER_ROLE, Company.email(name), login, address, Caller.BROWSER);
    timeline.add(login, browser, loginThroughProvider());
    Duration begin = Duration.between(timeline.start(), login).plusSeconds(5);
    timeline.between(begin, Timeline.SPAN, 75, at -> look(timeline, at, browser));
    Caller terminal = browser.from(address, Caller.COMMAND_LINE);
    timeline.between(begin, Timeline.SPAN, 180, at -> look(timeline, at, terminal));
    timeline.between(
        begin,
        Timeline.SPAN,
        2400,
        at -> timeline.add(at, terminal, Calls.named(timeline.oneOf(REFUSED)).denied()));
    timeline.between(begin, Timeline.SPAN, 1500, at -> invoke(timeline, at, terminal));
  }

  private static ApiCall loginThroughProvider() {
    return ApiCall.of("signin", "ConsoleLogin")
        .answering("{'ConsoleLogin':'Success'}")
        .with(
            "{'additionalEventData':{'LoginTo':'https://console.aws.amazon.com/console/home',"
                + "'MobileVersion':'No','MFAUsed':'No','SamlProviderArn':"
                + "'arn:aws:iam::%s:saml-provider/AWSSSO'}}",
            Company.ACCOUNT);
  }

  private static void look(Timeline timeline, Instant at, Caller who) {
    timeline.add(at, who, Calls.named(timeline.oneOf(LOOKS)));
  }

  private static void invoke(Timeline timeline, Instant at, Caller who) {
    timeline.add(
        at,
        who,
        ApiCall.of("ecs", "RunTask")
            .asking("{'cluster':'staging','taskDefinition':'migrate','count':1}")
            .answering(
                "{'failures':[],'tasks':[{'taskArn':'task/staging/%s'}]}", timeline.hex(32)));
  }

  /** One program still has a user and a key of its own; it asks the same four things. */
  private static void ownAccessKey(Timeline timeline) {
    Caller program = Caller.user("invoice-export", Company.OFFICE_ADDRESS, Caller.SCRIPT);
    List<String> calls =
        List.of("s3 ListObjectsV2", "s3 GetObject", "sqs ListQueues", "sts GetCallerIdentity");
    timeline.always(70, at -> timeline.add(at, program, Calls.named(timeline.oneOf(calls))));
  }
}
