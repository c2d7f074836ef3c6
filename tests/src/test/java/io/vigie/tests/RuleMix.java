package io.vigie.tests;

import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * CloudTrail rules in about the mix that is published for it: of a hundred 52 name a service and
 * its operation and nothing else, 38 have further conditions, 4 ask another field for a text, 4
 * only for a part of a text, 1.5 for a regular expression, and 1 is keywords. Most operations are
 * such as hardly happen; everyday ones nearly always have further conditions.
 */
final class RuleMix {
  private static final int FILE = 500;

  private static final List<String> SERVICES =
      List.of(
          "iam",
          "ec2",
          "s3",
          "sts",
          "kms",
          "ssm",
          "lambda",
          "rds",
          "cloudtrail",
          "config",
          "guardduty",
          "secretsmanager",
          "organizations",
          "route53",
          "ecr",
          "eks",
          "ecs",
          "logs",
          "securityhub",
          "ses",
          "sso",
          "signin",
          "glue",
          "athena",
          "backup",
          "codebuild",
          "dynamodb",
          "elasticache",
          "events",
          "macie2",
          "redshift",
          "sagemaker",
          "sns",
          "sqs",
          "waf",
          "wafv2");
  private static final List<String> VERBS =
      List.of(
          "Create",
          "Delete",
          "Put",
          "Update",
          "Attach",
          "Detach",
          "Modify",
          "Stop",
          "Disable",
          "Enable",
          "Get",
          "List",
          "Describe",
          "Add",
          "Remove",
          "Start",
          "Associate",
          "Import",
          "Export",
          "Share",
          "Authorize",
          "Revoke",
          "Register",
          "Reset",
          "Restore");
  private static final List<String> NOUNS =
      List.of(
          "User",
          "Role",
          "Policy",
          "AccessKey",
          "LoginProfile",
          "Trail",
          "Detector",
          "Bucket",
          "BucketPolicy",
          "Instance",
          "Snapshot",
          "Image",
          "SecurityGroup",
          "Rule",
          "Key",
          "Alias",
          "Secret",
          "Parameter",
          "Function",
          "Layer",
          "Cluster",
          "Task",
          "Domain",
          "HostedZone",
          "Repository",
          "Stack",
          "Pipeline",
          "Member",
          "Account",
          "Group",
          "Certificate",
          "Table",
          "Stream",
          "Topic",
          "Queue",
          "Volume",
          "Subnet",
          "Route",
          "Gateway",
          "Endpoint",
          "Session",
          "Identity",
          "Template",
          "Job",
          "Vault",
          "Plan",
          "Filter",
          "Findings",
          "IPSet",
          "WebAcl");
  private static final List<String> COMMON =
      List.of(
          "kms Decrypt",
          "ssm GetParameter",
          "ssm PutParameter",
          "iam GetUser",
          "sts AssumeRole",
          "secretsmanager GetSecretValue",
          "ec2 DescribeInstances",
          "s3 GetBucketAcl",
          "sts GetCallerIdentity",
          "iam CreateAccessKey",
          "signin ConsoleLogin",
          "s3 ListBuckets",
          "iam ListUsers",
          "ec2 RunInstances",
          "ec2 GetPasswordData",
          "cloudtrail StopLogging");
  private static final List<String> WORDS =
      List.of(
          "pacu",
          "prowler",
          "cloudfox",
          "exfiltration",
          "backdoor",
          "payload",
          "implant",
          "kali",
          "parrot",
          "powershell",
          "hashcat",
          "metasploit",
          "cobalt",
          "beacon",
          "mimikatz",
          "ransom",
          "miner",
          "xmrig",
          "tor-exit",
          "reverse",
          "shell",
          "anonymous",
          "leaked",
          "helpdesk",
          "breakglass",
          "contractor",
          "sandbox",
          "legacy",
          "staging",
          "quarantine");

  private final Random random = new Random(20_240_501);
  private final boolean keywords;

  private RuleMix(boolean keywords) {
    this.keywords = keywords;
  }

  /**
   * The same rules each time; without keywords, others stand in their place.
   *
   * @param count of rules
   */
  static RuleSet of(int count, boolean keywords) {
    RuleMix mix = new RuleMix(keywords);
    List<RulePack.File> files = new ArrayList<>();
    for (int first = 0; first < count; first += FILE) {
      StringBuilder yaml = new StringBuilder();
      for (int i = first; i < Math.min(count, first + FILE); i++) {
        yaml.append("---\nid: rule-").append(i).append("\ntitle: Rule ").append(i);
        yaml.append("\nlogsource: {product: aws, service: cloudtrail}\ndetection:\n");
        yaml.append(mix.detection(i));
      }
      files.add(
          new RulePack.File(first + ".yml", yaml.toString().getBytes(StandardCharsets.UTF_8)));
    }
    Problems problems = new Problems();
    RuleSet rules = RuleSet.of(new RulePack(files, LogSources.builtIn()), problems);
    if (rules.detections().size() != count) {
      throw new IllegalStateException(problems.all().toString());
    }
    return rules;
  }

  /** The kinds in turn, so that few rules have the mix of many. */
  private String detection(int number) {
    int kind = number * 77 % 200;
    if (kind < 104) {
      return "  selection: " + operation(200) + "\n  condition: selection\n";
    }
    if (kind < 180) {
      return further();
    }
    if (kind < 187) {
      return "  selection: {" + otherText() + "}\n  condition: selection\n";
    }
    if (kind < 195) {
      return "  selection: {" + part() + "}\n  condition: selection\n";
    }
    if (kind < 196) {
      return "  selection: {requestParameters.name|re: '^"
          + word()
          + "-[0-9a-f]{8}'}\n  condition: selection\n";
    }
    if (kind < 198 || !keywords) {
      return "  selection: {userAgent|re: '(?i)"
          + word()
          + "[-/ ]v?\\d+'}\n  condition: selection\n";
    }
    return "  keywords: ['" + word() + "', '" + word() + "']\n  condition: keywords\n";
  }

  /**
   * A service and its operations.
   *
   * @param rare one of so many is an everyday one
   */
  private String operation(int rare) {
    if (random.nextInt(rare) == 0) {
      String common = one(COMMON);
      int space = common.indexOf(' ');
      return operation(common.substring(0, space), common.substring(space + 1));
    }
    String names = name();
    for (int i = random.nextInt(3); i > 0; i--) {
      names += ", " + name();
    }
    return operation(one(SERVICES), "[" + names + "]");
  }

  private static String operation(String service, String names) {
    return "{eventSource: " + service + ".amazonaws.com, eventName: " + names + "}";
  }

  private String name() {
    String number = random.nextInt(3) == 0 ? "V" + random.nextInt(100) : "";
    return one(VERBS) + one(NOUNS) + number;
  }

  private String further() {
    String selection = "  selection: " + operation(20) + "\n";
    return switch (random.nextInt(8)) {
      case 0 -> selection + "  s2: {errorCode: null}\n  condition: selection and s2\n";
      case 1 -> selection + "  s2: {" + part() + "}\n  condition: selection and s2\n";
      case 2 ->
          selection + "  filter: {" + otherText() + "}\n  condition: selection and not filter\n";
      case 3 ->
          selection
              + "  filter_main: {userIdentity.type: AWSService}\n"
              + "  filter_optional: {userAgent|startswith: '"
              + word()
              + "'}\n"
              + "  condition: selection and not 1 of filter_*\n";
      case 4 ->
          selection
              + "  s2: {requestParameters|contains: '\""
              + word()
              + "\"'}\n"
              + "  condition: all of s*\n";
      case 5 ->
          selection
              + "  s_ip: {sourceIPAddress|cidr: 10."
              + random.nextInt(256)
              + ".0.0/16}\n"
              + "  s_arn: {userIdentity.arn|endswith: '/"
              + word()
              + "'}\n"
              + "  condition: selection and 1 of s_*\n";
      case 6 -> selection + "  s2: {userIdentity.type: Root}\n  condition: selection and s2\n";
      default ->
          selection
              + "  s2: {responseElements.ConsoleLogin: Success, additionalEventData.MFAUsed: 'No'}\n"
              + "  condition: selection and s2\n";
    };
  }

  private String otherText() {
    return switch (random.nextInt(5)) {
      case 0 -> "userIdentity.userName: " + word() + random.nextInt(100);
      case 1 -> "requestParameters.roleName: " + word() + random.nextInt(100);
      case 2 -> "errorCode: " + name() + "Exception";
      case 3 -> "sourceIPAddress: 203.0.113." + random.nextInt(256);
      default -> "requestParameters.bucketName: " + word() + "-" + random.nextInt(100);
    };
  }

  private String part() {
    String text = "'" + word() + "-" + word().toUpperCase(Locale.ROOT) + "'";
    return switch (random.nextInt(5)) {
      case 0 -> "userAgent|contains: " + text;
      case 1 -> "errorMessage|contains: " + text;
      case 2 -> "userIdentity.arn|contains: " + text;
      case 3 -> "requestParameters.policyDocument|contains: " + text;
      default -> "userIdentity.sessionContext.sessionIssuer.userName|startswith: " + text;
    };
  }

  private String word() {
    return one(WORDS);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
