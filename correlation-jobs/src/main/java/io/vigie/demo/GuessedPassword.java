package io.vigie.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The bookkeeper's user is older than the rule that everybody has a second factor. Somebody guesses
 * his password at the tenth attempt, from changing addresses, and opens remote desktop to the whole
 * internet.
 */
final class GuessedPassword implements Story {
  private static final String USER = "oskar.brandt";
  private static final Duration BEGIN = Duration.ofMinutes(50);
  private static final int REMOTE_DESKTOP = 3389;

  @Override
  public void unfold(Timeline timeline) {
    Instant at = timeline.start().plus(BEGIN);
    for (int i = 1; i <= 9; i++) {
      Caller guesser = Caller.atLogin(USER, false, "203.0.113." + (200 + i % 4));
      timeline.add(at, guesser, Calls.failedLogin());
      at = at.plusSeconds(25 + timeline.random().nextInt(20));
    }
    String address = "203.0.113.201";
    timeline.add(at, Caller.atLogin(USER, true, address), Calls.login(false));
    Caller intruder = Caller.consoleUser(USER, at, false, address);
    timeline.add(at.plusSeconds(70), intruder, Calls.named("ec2 DescribeSecurityGroups"));
    timeline.add(
        at.plusSeconds(160),
        intruder,
        Calls.openToInternet("sg-0a1b2c3d4e5f60718", REMOTE_DESKTOP));
  }

  @Override
  public List<ExpectedAlert> expectedAlerts() {
    return List.of(
        LibraryRule.CONSOLE_PASSWORD_GUESSED.alert(
            "The bookkeeper's password is guessed at the tenth attempt.", Company.ACCOUNT, USER),
        LibraryRule.CONSOLE_LOGIN_WITHOUT_MFA.alert("His user has no second factor."),
        LibraryRule.SECURITY_GROUP_OPENED.alert("Remote desktop is opened to the internet."));
  }
}
