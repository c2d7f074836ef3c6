package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which Terraform run made a change: {@code vigie.change.run}, {@code .workspace}, {@code
 * .organization}, {@code .project}, {@code .phase}, {@code .actor}, {@code .message}, {@code .url},
 * and {@code .resolved_from}: {@code session}, {@code user-agent} or {@code role}.
 *
 * <p>A run is named by the session that it works in or by the user agent (Terraform's providers
 * append TF_APPEND_USER_AGENT to theirs), and else the run counts that had the caller's role at
 * that time, if it was the only one.
 */
public final class ChangeEnricher implements Enricher {
  private static final EcsPath RUN = EcsPath.of("vigie.change.run");
  private static final EcsPath WORKSPACE = EcsPath.of("vigie.change.workspace");
  private static final EcsPath ORGANIZATION = EcsPath.of("vigie.change.organization");
  private static final EcsPath PROJECT = EcsPath.of("vigie.change.project");
  private static final EcsPath PHASE = EcsPath.of("vigie.change.phase");
  private static final EcsPath ACTOR = EcsPath.of("vigie.change.actor");
  private static final EcsPath MESSAGE = EcsPath.of("vigie.change.message");
  private static final EcsPath URL = EcsPath.of("vigie.change.url");
  private static final EcsPath RESOLVED_FROM = EcsPath.of("vigie.change.resolved_from");

  private static final EcsPath SESSION = EcsPath.of("aws.cloudtrail.user_identity.session_name");
  private static final EcsPath ARN = EcsPath.of("aws.cloudtrail.user_identity.arn");
  private static final EcsPath USER_AGENT = EcsPath.of("user_agent.original");
  private static final EcsPath USER_NAME = EcsPath.of("user.name");

  private static final Pattern RUN_ID =
      Pattern.compile("(?<![A-Za-z0-9])run-[A-Za-z0-9]{16}(?![A-Za-z0-9])");

  /**
   * https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens
   */
  private static final Pattern SUBJECT =
      Pattern.compile(
          "organization:([^:]{1,200}):project:([^:]{1,200}):workspace:([^:]{1,200})"
              + ":run_phase:([a-z]{1,20})");

  private final ReferenceTable runs;

  public ChangeEnricher(ReferenceTables tables) {
    this.runs = tables.table(TerraformRuns.NAME);
  }

  @Override
  public void enrich(ObjectNode ecs, AsOf asOf) {
    if (RESOLVED_FROM.isIn(ecs)) {
      return;
    }
    String userName = USER_NAME.text(ecs);
    Matcher subject = userName == null ? null : SUBJECT.matcher(userName);
    boolean hasSubject = subject != null && subject.find();
    String run = run(SESSION.text(ecs));
    String from = "session";
    if (run == null && !hasSubject) {
      run = run(USER_AGENT.text(ecs));
      from = "user-agent";
    }
    ObjectNode row = run == null ? null : only(runs.at(Rows.key(run), asOf));
    if (run == null && !hasSubject) {
      row = ofRole(ARN.text(ecs), asOf);
      from = "role";
    }
    if (run == null && row == null && !hasSubject) {
      return;
    }
    // Terraform's cloud vouches for the subject; whoever takes on a role chooses the session's
    // name.
    if (row != null
        && subject != null
        && hasSubject
        && !(says(row, "organization", subject.group(1))
            && says(row, "workspace", subject.group(3)))) {
      run = null;
      row = null;
    }
    RUN.add(ecs, run);
    if (subject != null && hasSubject) {
      ORGANIZATION.add(ecs, subject.group(1));
      PROJECT.add(ecs, subject.group(2));
      WORKSPACE.add(ecs, subject.group(3));
      PHASE.add(ecs, subject.group(4));
    }
    if (row != null) {
      RUN.add(ecs, row.path("run").asText());
      WORKSPACE.add(ecs, row.path("workspace").asText());
      ORGANIZATION.add(ecs, row.path("organization").asText());
      PROJECT.add(ecs, row.path("project").asText());
      ACTOR.add(ecs, row.path("actor").asText());
      MESSAGE.add(ecs, row.path("message").asText());
      URL.add(ecs, row.path("url").asText());
    }
    RESOLVED_FROM.add(ecs, from);
  }

  /** Whether a column has a value, or none. */
  private static boolean says(ObjectNode row, String column, String value) {
    String text = row.path(column).asText();
    return text.isEmpty() || text.equalsIgnoreCase(value);
  }

  private static @Nullable String run(@Nullable String text) {
    if (text == null || !text.contains("run-")) {
      return null;
    }
    Matcher matcher = RUN_ID.matcher(text);
    return matcher.find() ? matcher.group() : null;
  }

  private @Nullable ObjectNode ofRole(@Nullable String arn, AsOf asOf) {
    return arn == null || !arn.contains(":assumed-role/")
        ? null
        : only(runs.at(Rows.key(IdentityEnricher.role(arn)), asOf));
  }

  private static @Nullable ObjectNode only(List<ObjectNode> rows) {
    return rows.size() == 1 ? rows.get(0) : null;
  }

  @Override
  public Set<String> reads() {
    return EcsPath.names(List.of(SESSION, ARN, USER_AGENT, USER_NAME));
  }

  @Override
  public Set<String> adds() {
    return EcsPath.names(
        List.of(RUN, WORKSPACE, ORGANIZATION, PROJECT, PHASE, ACTOR, MESSAGE, URL, RESOLVED_FROM));
  }
}
