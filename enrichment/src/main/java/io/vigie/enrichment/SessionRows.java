package io.vigie.enrichment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@code sessions} from CloudTrail's own records of who took on which role. The session's
 * access key belongs to whoever called, so that calls made with it, and roles taken on from it,
 * lead to the first of the chain.
 */
public final class SessionRows {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EcsPath ACTION = EcsPath.of("event.action");
  private static final EcsPath PROVIDER = EcsPath.of("event.provider");
  private static final EcsPath TIME = EcsPath.of("@timestamp");
  private static final EcsPath ID = EcsPath.of("vigie.identity.id");
  private static final EcsPath NAME = EcsPath.of("vigie.identity.name");
  private static final EcsPath ARN = EcsPath.of("aws.cloudtrail.user_identity.arn");
  private static final EcsPath RESPONSE = EcsPath.of("aws.cloudtrail.response_elements");
  private static final EcsPath SHARED_EVENT = EcsPath.of("aws.cloudtrail.shared_event_id");

  /** As AWS writes it in responses. */
  private static final DateTimeFormatter EXPIRATION =
      DateTimeFormatter.ofPattern("MMM d, yyyy, h:mm:ss a", Locale.US);

  /** No session of a role lasts longer. */
  private static final Duration LONGEST = Duration.ofHours(12);

  private SessionRows() {}

  /**
   * The row, where the event is one role taken on by somebody who is known.
   *
   * @param ecs of an event, after {@link IdentityEnricher}
   */
  public static Optional<ObjectNode> of(ObjectNode ecs) {
    String action = ACTION.text(ecs);
    String id = ID.text(ecs);
    String response = RESPONSE.text(ecs);
    String time = TIME.text(ecs);
    // The record of the role's account knows only the caller's number.
    if (action == null
        || !action.startsWith("AssumeRole")
        || !"sts.amazonaws.com".equals(PROVIDER.text(ecs))
        || id == null
        || response == null
        || time == null
        || !ARN.isIn(ecs)) {
      return Optional.empty();
    }
    try {
      JsonNode credentials = JSON.readTree(response).path("credentials");
      String key = credentials.path("accessKeyId").asText();
      if (key.isEmpty()) {
        return Optional.empty();
      }
      ObjectNode row = JsonNodeFactory.instance.objectNode().put("id", id);
      String name = NAME.text(ecs);
      if (name != null) {
        row.put("name", name);
      }
      ArrayNode aliases = row.putArray("aliases").add("aws:" + key);
      String shared = SHARED_EVENT.text(ecs);
      if (shared != null) {
        aliases.add("aws-event:" + shared);
      }
      Instant from = Instant.parse(time);
      return Optional.of(
          row.put("session", key)
              .put("valid_from", from.toString())
              .put("valid_until", until(credentials.path("expiration").asText(), from).toString()));
    } catch (JsonProcessingException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Instant until(@Nullable String expiration, Instant from) {
    try {
      return LocalDateTime.parse(expiration == null ? "" : expiration, EXPIRATION)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      return from.plus(LONGEST);
    }
  }
}
