package io.vigie.demo;

/** Calls that an ordinary day and an attack have in common. */
final class Calls {
  private static final String KEY =
      "arn:aws:kms:eu-west-1:111122223333:key/5f0c2d1e-7b3a-4c86-9d42-e1a7c90b3f58";

  private Calls() {}

  /** A login to the console with a password. */
  static ApiCall login(boolean mfa) {
    return ApiCall.of("signin", "ConsoleLogin")
        .answering("{'ConsoleLogin':'Success'}")
        .with(loginDetails(mfa));
  }

  static ApiCall failedLogin() {
    return ApiCall.of("signin", "ConsoleLogin")
        .failing("", "Failed authentication")
        .answering("{'ConsoleLogin':'Failure'}")
        .with(loginDetails(false));
  }

  private static String loginDetails(boolean mfa) {
    return "{'additionalEventData':{'LoginTo':'https://console.aws.amazon.com/console/home',"
        + "'MobileVersion':'No','MFAUsed':'"
        + (mfa ? "Yes" : "No")
        + "'}}";
  }

  static ApiCall stop(String instance) {
    return power("StopInstances", instance, "stopping", "running");
  }

  static ApiCall start(String instance) {
    return power("StartInstances", instance, "pending", "stopped");
  }

  private static ApiCall power(String name, String instance, String now, String before) {
    return ApiCall.of("ec2", name)
        .asking("{'instancesSet':{'items':[{'instanceId':'%s'}]}}", instance)
        .answering(
            "{'instancesSet':{'items':[{'instanceId':'%s','currentState':{'name':'%s'},"
                + "'previousState':{'name':'%s'}}]}}",
            instance, now, before);
  }

  /** A security group opened to the whole internet. */
  static ApiCall openToInternet(String group, int port) {
    return ApiCall.of("ec2", "AuthorizeSecurityGroupIngress")
        .asking(
            "{'groupId':'%s','ipPermissions':{'items':[{'ipProtocol':'tcp','fromPort':%d,"
                + "'toPort':%d,'groups':{},'ipRanges':{'items':[{'cidrIp':'0.0.0.0/0'}]},"
                + "'ipv6Ranges':{},'prefixListIds':{}}]}}",
            group, port, port)
        .answering("{'_return':true}");
  }

  static ApiCall shareSnapshot(String snapshot, String account) {
    return ApiCall.of("ec2", "ModifySnapshotAttribute")
        .asking(
            "{'snapshotId':'%s','attributeType':'CREATE_VOLUME_PERMISSION',"
                + "'createVolumePermission':{'add':{'items':[{'userId':'%s'}]}}}",
            snapshot, account)
        .answering("{'_return':true}");
  }

  static ApiCall createAccessKey(String user) {
    return ApiCall.of("iam", "CreateAccessKey")
        .asking("{'userName':'%s'}", user)
        .answering("{'accessKey':{'userName':'%s','status':'Active'}}", user);
  }

  static ApiCall readSecret(String secret) {
    return ApiCall.of("secretsmanager", "GetSecretValue").asking("{'secretId':'%s'}", secret);
  }

  static ApiCall readObject(String bucket, String key) {
    return ApiCall.of("s3", "GetObject")
        .asking(
            "{'bucketName':'%s','key':'%s','Host':'%s.s3.eu-west-1.amazonaws.com'}",
            bucket, key, bucket);
  }

  /** A use of the company's key: Decrypt or GenerateDataKey. */
  static ApiCall useKey(String name) {
    return ApiCall.of("kms", name)
        .asking("{'keyId':'%s','encryptionAlgorithm':'SYMMETRIC_DEFAULT'}", KEY)
        .with(
            "{'resources':[{'accountId':'%s','type':'AWS::KMS::Key','ARN':'%s'}]}",
            Company.ACCOUNT, KEY);
  }

  /** A call written as its service and its name, with a space between. */
  static ApiCall named(String serviceAndName) {
    int space = serviceAndName.indexOf(' ');
    return ApiCall.of(serviceAndName.substring(0, space), serviceAndName.substring(space + 1));
  }
}
