package io.vigie.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What looks like an attack and is none: a forgotten password, an instance stopped to make it
 * larger, a key renewed by its owner, a web server opened to the world. No rule may alert on it.
 */
final class NearMisses implements Activity {
  private static final String USER = "rika.holm";

  @Override
  public void unfold(Timeline timeline) {
    forgottenPassword(timeline, timeline.start().plus(Duration.ofMinutes(12)));
    largerInstance(timeline, timeline.start().plus(Duration.ofMinutes(95)));
    renewedKey(timeline, timeline.start().plus(Duration.ofMinutes(150)));
    newColleague(timeline, timeline.start().plus(Duration.ofMinutes(200)));
    publicWebServer(timeline, timeline.start().plus(Duration.ofMinutes(260)));
  }

  private static void forgottenPassword(Timeline timeline, Instant at) {
    for (int i = 0; i < 3; i++) {
      timeline.add(at.plusSeconds(25L * i), visitor(false), Calls.failedLogin());
    }
    timeline.add(at.plusSeconds(110), visitor(true), Calls.login(true));
  }

  private static Caller visitor(boolean passwordIsRight) {
    return Caller.atLogin(USER, passwordIsRight, Company.OFFICE_ADDRESS);
  }

  private static Caller console(Instant since) {
    return Caller.consoleUser(USER, since, true, Company.OFFICE_ADDRESS);
  }

  private static void largerInstance(Timeline timeline, Instant at) {
    Caller developer = console(at);
    String server = Company.SERVERS.get(3).id();
    timeline.add(at, developer, Calls.stop(server));
    timeline.add(
        at.plusSeconds(80),
        developer,
        ApiCall.of("ec2", "ModifyInstanceAttribute")
            .asking("{'instanceId':'%s','instanceType':{'value':'t3.large'}}", server)
            .answering("{'_return':true}"));
    timeline.add(at.plusSeconds(100), developer, Calls.start(server));
  }

  private static void renewedKey(Timeline timeline, Instant at) {
    timeline.add(at, console(at), Calls.createAccessKey(USER));
  }

  private static void newColleague(Timeline timeline, Instant at) {
    Caller administrator = console(at);
    for (String name : List.of("CreateUser", "AddUserToGroup", "CreateLoginProfile")) {
      timeline.add(
          at,
          administrator,
          ApiCall.of("iam", name)
              .asking("{'userName':'noor.haddad'}")
              .answering("{'user':{'userName':'noor.haddad'}}"));
      at = at.plusSeconds(30);
    }
  }

  private static void publicWebServer(Timeline timeline, Instant at) {
    timeline.add(at, console(at), Calls.openToInternet("sg-0c4d5e6f7a8b9c0d1", 443));
  }
}
