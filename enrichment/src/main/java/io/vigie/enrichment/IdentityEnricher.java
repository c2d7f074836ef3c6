package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The person or workload behind the many names that systems give to one: {@code vigie.identity.id},
 * {@code .name}, and {@code .resolved_from}, the name that told.
 *
 * <p>An event offers names as {@code SYSTEM:NAME}, the surest first; the first that is an alias in
 * the table {@code identities}, or in that of {@code sessions}, tells who it is. Where none is, an
 * e-mail address is the id, for one person has the same in most systems, and else the surest name
 * itself.
 */
public final class IdentityEnricher implements Enricher {
  private static final EcsPath ID = EcsPath.of("vigie.identity.id");
  private static final EcsPath NAME = EcsPath.of("vigie.identity.name");
  private static final EcsPath RESOLVED_FROM = EcsPath.of("vigie.identity.resolved_from");

  private static final EcsPath DATASET = EcsPath.of("event.dataset");
  private static final EcsPath MODULE = EcsPath.of("event.module");
  private static final EcsPath USER_ID = EcsPath.of("user.id");
  private static final EcsPath USER_NAME = EcsPath.of("user.name");
  private static final EcsPath USER_EMAIL = EcsPath.of("user.email");
  private static final EcsPath FULL_NAME = EcsPath.of("user.full_name");
  private static final EcsPath CLIENT_EMAIL = EcsPath.of("client.user.email");
  private static final EcsPath OKTA_LOGIN = EcsPath.of("okta.system.actor.alternate_id");
  private static final EcsPath AWS_TYPE = EcsPath.of("aws.cloudtrail.user_identity.type");
  private static final EcsPath AWS_ARN = EcsPath.of("aws.cloudtrail.user_identity.arn");
  private static final EcsPath AWS_KEY = EcsPath.of("aws.cloudtrail.user_identity.access_key_id");
  private static final EcsPath AWS_SESSION =
      EcsPath.of("aws.cloudtrail.user_identity.session_name");
  private static final EcsPath AWS_SERVICE = EcsPath.of("aws.cloudtrail.user_identity.invoked_by");
  private static final EcsPath AWS_SOURCE_IDENTITY =
      EcsPath.of("aws.cloudtrail.user_identity.session_context.source_identity");
  private static final EcsPath AWS_SHARED_EVENT = EcsPath.of("aws.cloudtrail.shared_event_id");

  /** Modules that are parts of one directory of users. */
  private static final Map<String, String> SYSTEMS = Map.of("azure", "entra", "o365", "entra");

  private static final String SSO_ROLE = ":assumed-role/AWSReservedSSO_";
  private static final String ASSUMED_ROLE = ":assumed-role/";

  private final ReferenceTable identities;
  private final ReferenceTable sessions;

  public IdentityEnricher(ReferenceTables tables) {
    this.identities = tables.table(Identities.NAME);
    this.sessions = tables.table(Sessions.NAME);
  }

  @Override
  public void enrich(ObjectNode ecs, AsOf asOf) {
    if (ID.isIn(ecs)) {
      return;
    }
    Names names = new Names();
    if ("aws.cloudtrail".equals(DATASET.text(ecs))) {
      ofCloudTrail(ecs, names);
    } else {
      ofOthers(ecs, names);
    }
    for (String key : names.keys) {
      List<ObjectNode> rows = identities.at(Rows.key(key), asOf);
      if (rows.isEmpty()) {
        rows = sessions.at(Rows.key(key), asOf);
      }
      if (!rows.isEmpty()) {
        ObjectNode row = rows.get(0);
        ID.add(ecs, row.path("id").asText());
        NAME.add(ecs, row.path("name").asText());
        RESOLVED_FROM.add(ecs, key);
        return;
      }
    }
    if (names.id != null) {
      ID.add(ecs, names.id);
      NAME.add(ecs, FULL_NAME.text(ecs));
      RESOLVED_FROM.add(ecs, names.from);
    }
  }

  /** What an event calls somebody, and who it is when no table knows. */
  private static final class Names {
    private final List<String> keys = new ArrayList<>(6);
    private @Nullable String id;
    private String from = "";

    /** A name that means nothing without a table. */
    private void add(String system, @Nullable String name) {
      if (name != null) {
        keys.add(system + ":" + name);
      }
    }

    /** A name that tells one from others by itself; of several the first counts. */
    private void addTelling(String system, @Nullable String name, String asId) {
      add(system, name);
      if (name != null && id == null) {
        id = asId;
        from = system + ":" + name;
      }
    }

    private void addEmail(String system, @Nullable String address) {
      if (address != null && isEmail(address)) {
        addTelling(system, address, Rows.key(address));
      }
    }
  }

  private static boolean isEmail(@Nullable String text) {
    int at = text == null ? -1 : text.indexOf('@');
    return text != null && at > 0 && at < text.length() - 1 && text.indexOf(' ') < 0;
  }

  /**
   * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
   */
  private static void ofCloudTrail(ObjectNode ecs, Names names) {
    String arn = AWS_ARN.text(ecs);
    String session = AWS_SESSION.text(ecs);
    boolean bySso = arn != null && arn.contains(SSO_ROLE);
    // Set once when a session begins and the same through all roles that are taken on from it.
    String source = AWS_SOURCE_IDENTITY.text(ecs);
    addPerson("aws-source-identity", source, names);
    names.add("aws", AWS_KEY.text(ecs));
    names.add("aws", arn);
    names.add("aws", USER_ID.text(ecs));
    // The account whose role is taken on sees no more of the caller than this.
    names.add("aws-event", AWS_SHARED_EVENT.text(ecs));
    if (bySso) {
      addPerson("aws-sso", session, names);
    } else {
      // Whoever takes on a role chooses the session's name, so the role's own alias is surer.
      if (arn != null && arn.contains(ASSUMED_ROLE)) {
        names.add("aws", role(arn));
      }
      names.addEmail("aws-session", session);
    }
    if (isEmail(session)) {
      names.add("email", session);
    }
    if (isEmail(source)) {
      names.add("email", source);
    }
    if ("IAMUser".equals(AWS_TYPE.text(ecs))) {
      names.addEmail("aws", USER_NAME.text(ecs));
    }
    names.addTelling("aws", arn, arn == null ? "" : arn);
    String service = AWS_SERVICE.text(ecs);
    names.addTelling("aws", service, service == null ? "" : service);
    String principal = USER_ID.text(ecs);
    names.addTelling("aws", principal, principal == null ? "" : "aws:" + principal);
  }

  private static void addPerson(String system, @Nullable String name, Names names) {
    names.addTelling(system, name, name == null ? "" : Rows.key(name));
  }

  /** The role's own ARN, of a session's; without the role's path, which the session's lacks. */
  static String role(String arn) {
    int at = arn.indexOf(ASSUMED_ROLE);
    String name = arn.substring(at + ASSUMED_ROLE.length());
    int slash = name.indexOf('/');
    return arn.substring(0, at).replace(":sts:", ":iam:")
        + ":role/"
        + (slash < 0 ? name : name.substring(0, slash));
  }

  private static void ofOthers(ObjectNode ecs, Names names) {
    String module = MODULE.text(ecs);
    String system = module == null ? "user" : SYSTEMS.getOrDefault(module, module);
    String id = USER_ID.text(ecs);
    String name = USER_NAME.text(ecs);
    String email = USER_EMAIL.text(ecs);
    names.add(system, id);
    names.add(system, OKTA_LOGIN.text(ecs));
    names.add(system, email);
    names.add(system, name);
    names.addEmail("email", email);
    names.addEmail("email", OKTA_LOGIN.text(ecs));
    names.addEmail("email", CLIENT_EMAIL.text(ecs));
    names.addEmail("email", name);
    // Access logs write it where there is no user.
    if (name != null && !name.equals("-")) {
      names.addTelling(system, name, system + ":" + name);
    }
    names.addTelling(system, id, system + ":" + id);
  }

  @Override
  public Set<String> reads() {
    return EcsPath.names(
        List.of(
            USER_ID,
            USER_NAME,
            USER_EMAIL,
            FULL_NAME,
            CLIENT_EMAIL,
            OKTA_LOGIN,
            AWS_TYPE,
            AWS_ARN,
            AWS_KEY,
            AWS_SESSION,
            AWS_SERVICE,
            AWS_SOURCE_IDENTITY,
            AWS_SHARED_EVENT));
  }

  @Override
  public Set<String> adds() {
    return EcsPath.names(List.of(ID, NAME, RESOLVED_FROM));
  }
}
