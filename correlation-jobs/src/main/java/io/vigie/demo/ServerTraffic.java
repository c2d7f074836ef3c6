package io.vigie.demo;

import io.vigie.demo.Company.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the instances ask of AWS, day and night: objects, keys, now and then a secret. */
final class ServerTraffic implements Activity {
  private static final Duration SESSION_AGE = Duration.ofHours(2);
  private static final List<String> FOLDERS = List.of("photos", "contracts", "tickets", "thumbs");

  @Override
  public void unfold(Timeline timeline) {
    for (Server server : Company.SERVERS) {
      Caller program = Caller.server(server, timeline.start().minus(SESSION_AGE));
      timeline.always(32, at -> useObjects(timeline, at, program, server));
      timeline.always(75, at -> useKeys(timeline, at, program));
      timeline.always(300, at -> reportToSystemsManager(timeline, at, program, server));
      timeline.always(1500, at -> readSecrets(timeline, at, program, server));
      timeline.always(
          2400, at -> timeline.add(at, program, ApiCall.of("sts", "GetCallerIdentity")));
    }
  }

  /** Mostly through the private endpoint, else through the gateway. */
  private static void useObjects(Timeline timeline, Instant at, Caller program, Server server) {
    int kind = timeline.random().nextInt(10);
    String name = kind < 6 ? "GetObject" : kind < 9 ? "PutObject" : "HeadObject";
    ApiCall call =
        ApiCall.of("s3", name)
            .asking(
                "{'bucketName':'tidewright-%s','key':'%s/%s.jpg','Host':"
                    + "'tidewright-%s.s3.eu-west-1.amazonaws.com'}",
                server.role(), timeline.oneOf(FOLDERS), timeline.hex(10), server.role());
    boolean throughEndpoint = timeline.random().nextInt(4) > 0;
    if (!throughEndpoint) {
      timeline.add(
          at,
          program,
          call.with(
              "{'additionalEventData':{'bytesTransferredOut':%d}}",
              1000 + timeline.random().nextInt(90_000)));
      return;
    }
    timeline.add(
        at,
        program.from(server.inside(), Caller.PROGRAM),
        call.with("{'vpcEndpointId':'vpce-0a91c3e5d7f2b4686'}"));
  }

  private static void useKeys(Timeline timeline, Instant at, Caller program) {
    String name = timeline.random().nextInt(4) == 0 ? "GenerateDataKey" : "Decrypt";
    timeline.add(at, program, Calls.useKey(name));
  }

  private static void reportToSystemsManager(
      Timeline timeline, Instant at, Caller program, Server server) {
    timeline.add(
        at,
        program.from(server.gateway(), "aws-sdk-go/1.55.5 (go1.22.7; linux; amd64)"),
        ApiCall.of("ssm", "UpdateInstanceInformation")
            .asking(
                "{'instanceId':'%s','agentVersion':'3.3.987.0','agentStatus':'Active',"
                    + "'platformType':'Linux','iPAddress':'%s'}",
                server.id(), server.inside()));
  }

  /** The same two secrets for ever; the service decrypts them on the program's behalf. */
  private static void readSecrets(Timeline timeline, Instant at, Caller program, Server server) {
    for (String secret : List.of("database", "payments")) {
      timeline.add(at, program, Calls.readSecret(server.role() + "/" + secret));
      timeline.add(at, program.through("secretsmanager.amazonaws.com"), Calls.useKey("Decrypt"));
    }
  }
}
