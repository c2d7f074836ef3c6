package io.vigie.demo;

import java.util.List;

/** The rules of the library that the stories raise. */
enum LibraryRule {
  ACCESS_PROBED_THEN_GRANTED(
      "4f795c8a-ecd2-499b-a068-f9890a7411f7",
      "Denied calls of many kinds, then access that widens rights"),
  ADMINISTRATOR_CREATED(
      "9a61e82b-8003-4685-8dac-bb3e056fb9db", "New administrator with credentials"),
  CONSOLE_LOGIN_WITHOUT_MFA(
      "a62fa07a-667c-4d89-bb23-7979ee317fd9", "Console login without a second factor"),
  CONSOLE_PASSWORD_GUESSED("f5805a75-dd45-4146-934c-91802497d228", "Console password guessed"),
  DISCOVERY_WITH_ACCESS_KEY(
      "2ab3dc58-4889-452d-9b46-5cae0fbd7bfb", "Account surveyed with a long-lived access key"),
  INSTANCE_CREDENTIALS_ELSEWHERE(
      "7004f35a-a37e-422e-af0f-d79f6a82b83b", "Credentials of an instance used from two addresses"),
  INSTANCE_USER_DATA_REPLACED(
      "0e947710-95e4-4271-a766-9b7bff68a474", "Start script of an instance replaced"),
  LOGGING_STOPPED_THEN_BULK_DOWNLOAD(
      "79895202-a515-422c-8720-61118da9aabd", "Logging switched off, then data downloaded in bulk"),
  SECRETS_READ_IN_BULK(
      "966e31e9-a77d-4272-b841-416a8b2f5f43", "Many different secrets read by one principal"),
  SECURITY_GROUP_OPENED(
      "f61b41fc-2310-4987-88fc-49fc9f726bb8", "Security group opened to the whole internet"),
  SNAPSHOT_SHARED_OUTSIDE(
      "ed116db5-a6ce-4e88-bbb3-56b7102323b1",
      "Snapshot or machine image shared outside the company");

  private final String id;
  private final String title;

  LibraryRule(String id, String title) {
    this.id = id;
    this.title = title;
  }

  ExpectedAlert alert(String story, String... group) {
    return new ExpectedAlert(id, title, List.of(group), story);
  }
}
