package io.vigie.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * What is asked of AWS, and the answer.
 *
 * @param service the first part of the service's host name, for example {@code ec2}
 * @param name CloudTrail's {@code eventName}
 * @param request CloudTrail's {@code requestParameters}; JSON null where the call has none
 * @param response CloudTrail's {@code responseElements}; JSON null for calls that only read
 * @param errorCode empty for a success
 * @param extra further fields of the record
 */
record ApiCall(
    String service,
    String name,
    String region,
    JsonNode request,
    JsonNode response,
    String errorCode,
    String errorMessage,
    ObjectNode extra) {
  private static final Set<String> GLOBAL_SERVICES = Set.of("iam", "signin", "organizations");
  private static final Set<String> OBJECT_CALLS =
      Set.of("GetObject", "PutObject", "HeadObject", "DeleteObject");
  private static final Set<String> READING_CALLS =
      Set.of("Decrypt", "GenerateDataKey", "AssumeRole", "AssumeRoleWithWebIdentity");

  static ApiCall of(String service, String name) {
    String region = GLOBAL_SERVICES.contains(service) ? Company.GLOBAL_REGION : Company.HOME_REGION;
    NullNode none = NullNode.instance;
    return new ApiCall(service, name, region, none, none, "", "", Json.object("{}"));
  }

  ApiCall in(String otherRegion) {
    return new ApiCall(
        service, name, otherRegion, request, response, errorCode, errorMessage, extra);
  }

  /** JSON as {@link Json#object} reads it. */
  ApiCall asking(String format, Object... values) {
    ObjectNode asked = Json.object(format, values);
    return new ApiCall(service, name, region, asked, response, errorCode, errorMessage, extra);
  }

  ApiCall answering(String format, Object... values) {
    ObjectNode answer = Json.object(format, values);
    return new ApiCall(service, name, region, request, answer, errorCode, errorMessage, extra);
  }

  ApiCall with(String format, Object... values) {
    ObjectNode more = Json.object(format, values);
    return new ApiCall(service, name, region, request, response, errorCode, errorMessage, more);
  }

  ApiCall failing(String code, String message) {
    return new ApiCall(service, name, region, request, NullNode.instance, code, message, extra);
  }

  /** Refused for want of rights, in the words that the service uses. */
  ApiCall denied() {
    return switch (service) {
      case "ec2" ->
          failing(
              "Client.UnauthorizedOperation", "You are not authorized to perform this operation.");
      case "s3" -> failing("AccessDenied", "Access Denied");
      case "iam", "sts" -> failing("AccessDenied", notAuthorized());
      default -> failing("AccessDeniedException", notAuthorized());
    };
  }

  private String notAuthorized() {
    return "The caller is not authorized to perform: " + service + ":" + name;
  }

  /** Whether it is a data event: it is about an object, not about the account. */
  boolean isAboutData() {
    return service.equals("s3") && OBJECT_CALLS.contains(name);
  }

  boolean isReadOnly() {
    return READING_CALLS.contains(name)
        || name.startsWith("Get")
        || name.startsWith("List")
        || name.startsWith("Describe")
        || name.startsWith("Head");
  }
}
