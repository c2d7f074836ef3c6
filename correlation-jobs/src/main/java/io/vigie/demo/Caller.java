package io.vigie.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * Who calls AWS, and from where.
 *
 * @param identity CloudTrail's {@code userIdentity}
 * @param address CloudTrail's {@code sourceIPAddress}: an address, the host name of a service, or
 *     {@code AWS Internal}
 */
record Caller(ObjectNode identity, String address, String userAgent) {
  static final String BROWSER =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"
          + " Safari/537.36";
  static final String COMMAND_LINE =
      "aws-cli/2.17.44 md/awscrt#0.21.2 ua/2.0 os/linux#6.8.0 md/arch#x86_64 lang/python#3.11.9"
          + " md/pyimpl#CPython cfg/retry-mode#standard";
  static final String PROGRAM =
      "aws-sdk-java/2.28.11 Linux/6.1.112 OpenJDK_64-Bit_Server_VM/17.0.12 Java/17.0.12";
  static final String SCRIPT = "Boto3/1.35.22 md/Botocore#1.35.22 ua/2.0 os/linux lang/python";

  /** An IAM user with a long-lived access key. */
  static Caller user(String name, String address, String userAgent) {
    ObjectNode identity = userWithoutKey(name);
    identity.put("accessKeyId", "AKIA" + letters(name + "/key", 9) + "EXAMPLE");
    identity.put("userName", name);
    return new Caller(identity, address, userAgent);
  }

  /** An IAM user in the console, whose calls carry temporary credentials. */
  static Caller consoleUser(String name, Instant since, boolean mfa, String address) {
    ObjectNode identity = userWithoutKey(name);
    identity.put("accessKeyId", "ASIA" + letters(name + since, 9) + "EXAMPLE");
    identity.put("userName", name);
    identity.set(
        "sessionContext",
        Json.object("{'attributes':{'creationDate':'%s','mfaAuthenticated':'%s'}}", since, mfa));
    return new Caller(identity, address, BROWSER);
  }

  /** An IAM user at the login to the console; AWS gives the ARN once the password is right. */
  static Caller atLogin(String name, boolean passwordIsRight, String address) {
    ObjectNode identity = userWithoutKey(name);
    if (!passwordIsRight) {
      identity.remove("arn");
    }
    identity.put("userName", name);
    return new Caller(identity, address, BROWSER);
  }

  private static ObjectNode userWithoutKey(String name) {
    return Json.object(
        "{'type':'IAMUser','principalId':'AIDA%s','arn':'%s','accountId':'%s'}",
        letters(name, 17), Company.userArn(name), Company.ACCOUNT);
  }

  /** The session of a role: a person through the identity provider, a program, a pipeline. */
  static Caller session(
      String role, String session, Instant since, String address, String userAgent) {
    String roleId = "AROA" + letters(role, 17);
    String credentials = letters(role + session + since, 9);
    return new Caller(
        Json.object(
            "{'type':'AssumedRole','principalId':'%s:%s','arn':'%s','accountId':'%s',"
                + "'accessKeyId':'ASIA%sEXAMPLE','sessionContext':{'sessionIssuer':{'type':'Role',"
                + "'principalId':'%s','arn':'arn:aws:iam::%s:role/%s','accountId':'%s',"
                + "'userName':'%s'},'attributes':{'creationDate':'%s',"
                + "'mfaAuthenticated':'false'}}}",
            roleId,
            session,
            Company.sessionArn(role, session),
            Company.ACCOUNT,
            credentials,
            roleId,
            Company.ACCOUNT,
            role,
            Company.ACCOUNT,
            role,
            since),
        address,
        userAgent);
  }

  /** An instance with the credentials of its role. */
  static Caller server(Company.Server server, Instant since) {
    return session(server.role(), server.id(), since, server.gateway(), PROGRAM);
  }

  /** An AWS service on its own account. */
  static Caller service(String host) {
    return new Caller(Json.object("{'type':'AWSService','invokedBy':'%s'}", host), host, host);
  }

  /** The same identity, used by a service on its behalf. */
  Caller through(String host) {
    ObjectNode changed = identity.deepCopy();
    changed.put("invokedBy", host);
    return new Caller(changed, host, host);
  }

  /** The same identity at another address. */
  Caller from(String otherAddress, String otherUserAgent) {
    return new Caller(identity, otherAddress, otherUserAgent);
  }

  boolean isService() {
    return identity.has("invokedBy");
  }

  /** Letters as in AWS's unique ids, always the same for the same text. */
  private static String letters(String text, int count) {
    SplittableRandom random = new SplittableRandom(text.hashCode());
    StringBuilder letters = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      letters.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(random.nextInt(32)));
    }
    return letters.toString();
  }
}
