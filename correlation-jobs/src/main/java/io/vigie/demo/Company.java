package io.vigie.demo;

import java.util.List;

/**
 * The company of the demo: Tidewright, which rents out boats. Accounts and addresses are those set
 * aside for documentation (RFC 5737).
 */
final class Company {
  static final String ACCOUNT = "111122223333";

  /** Where the backups are kept; it belongs to the company. */
  static final String BACKUP_ACCOUNT = "444455556666";

  /** Nobody knows whose this is. */
  static final String STRANGE_ACCOUNT = "777788889999";

  static final String HOME_REGION = "eu-west-1";
  static final String GLOBAL_REGION = "us-east-1";
  static final String SPARE_REGION = "eu-central-1";

  static final String OFFICE_ADDRESS = "198.51.100.14";
  static final String DEVELOPER_ROLE = "AWSReservedSSO_Developer_5c1e0a7d9b2f4e68";

  static final List<String> DEVELOPERS =
      List.of(
          "mara.lindqvist",
          "tomas.okafor",
          "ines.castel",
          "jonas.weber",
          "priya.nandan",
          "luc.marchand");

  static final List<Server> SERVERS =
      List.of(
          new Server("web", "i-0a4c19e27b6d8f301", "10.20.1.11", "198.51.100.200"),
          new Server("web", "i-0b7d2e38c91fa6452", "10.20.1.12", "198.51.100.200"),
          new Server("web", "i-0c05f6a1d83e7b294", "10.20.2.11", "198.51.100.201"),
          new Server("web", "i-0d61b8c4e2f79a385", "10.20.2.12", "198.51.100.201"),
          new Server("booking", "i-0e92a7d5f1c04b836", "10.20.1.31", "198.51.100.200"),
          new Server("booking", "i-0f38c6b2e9d1a5747", "10.20.2.31", "198.51.100.201"),
          new Server("worker", "i-01d4e7f9a2b6c8358", "10.20.1.51", "198.51.100.200"),
          new Server("worker", "i-02e5f8a1b3c7d9469", "10.20.2.51", "198.51.100.201"));

  private Company() {}

  /**
   * An EC2 instance.
   *
   * @param role what it runs, and the name of its role
   * @param inside its address in the company's network
   * @param gateway the address from which the internet sees it
   */
  record Server(String role, String id, String inside, String gateway) {}

  /** The address of a developer at home, or of the office. */
  static String addressOf(int developer) {
    return developer % 2 == 0 ? OFFICE_ADDRESS : "198.51.100." + (60 + developer);
  }

  static String userArn(String name) {
    return "arn:aws:iam::" + ACCOUNT + ":user/" + name;
  }

  static String sessionArn(String role, String session) {
    return "arn:aws:sts::" + ACCOUNT + ":assumed-role/" + role + "/" + session;
  }

  static String email(String name) {
    return name + "@tidewright.example";
  }
}
