package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By which names the resources can be known that an event is about: ARNs, ids of cloud providers
 * and CNAPPs, {@code pod/NAMESPACE/NAME}. In lower case.
 */
final class ResourceKeys {
  /** The log sources' own names stand first, because they are the most exact. */
  private static final List<EcsPath> IDS =
      EcsPath.all(
          "aws.cloudtrail.resources.arn",
          "aws.securityhub.resources.id",
          "aws.shield.resource_arn",
          "aws.guardduty.arn",
          "aws.vpcflow.resource_id",
          "azure.activity.resource.id",
          "azure.activity._resource_id",
          "gcp.audit.proto_payload.resource_name",
          "lacework.event.resource",
          "wiz.issues.entity_snapshot.provider_id",
          "wiz.issues.entity_snapshot.external_id",
          "cloud.target.instance.id",
          "cloud.instance.id",
          "orchestrator.resource.id",
          "container.id",
          "host.id");

  private static final EcsPath BUCKET = EcsPath.of("aws.s3access.bucket");
  private static final EcsPath REQUEST = EcsPath.of("aws.cloudtrail.request_parameters");
  private static final EcsPath TYPE = EcsPath.of("orchestrator.resource.type");
  private static final EcsPath NAMESPACE = EcsPath.of("orchestrator.namespace");
  private static final EcsPath NAME = EcsPath.of("orchestrator.resource.name");

  private static final List<EcsPath> OTHERS = List.of(BUCKET, REQUEST, TYPE, NAMESPACE, NAME);

  /** What requests to AWS call the resource that they are about, in compact JSON. */
  private static final Pattern REQUESTED =
      Pattern.compile(
          "\"(bucketName|instanceId|functionName|roleArn|secretId|groupId|volumeId|snapshotId"
              + "|imageId|keyId|dBInstanceIdentifier|repositoryName|resourceArn|topicArn|queueUrl"
              + "|tableName|stackName)\":\"([^\"\\\\]{1,500})\"");

  /** A request may name thousands of resources; whoever asks wants to know of one. */
  private static final int MOST = 20;

  private ResourceKeys() {}

  static Set<String> reads() {
    return EcsPath.names(IDS, OTHERS);
  }

  /** Most exact first, none twice. */
  static Set<String> of(ObjectNode ecs) {
    Set<String> keys = new LinkedHashSet<>();
    for (EcsPath path : IDS) {
      for (String id : path.texts(ecs)) {
        add(keys, id);
      }
    }
    String bucket = BUCKET.text(ecs);
    if (bucket != null) {
      add(keys, "arn:aws:s3:::" + bucket);
    }
    String request = REQUEST.text(ecs);
    if (request != null) {
      Matcher matcher = REQUESTED.matcher(request);
      while (keys.size() < MOST && matcher.find()) {
        String id = matcher.group(2);
        add(keys, matcher.group(1).equals("bucketName") ? "arn:aws:s3:::" + id : id);
      }
    }
    String name = NAME.text(ecs);
    if (name != null) {
      String type = TYPE.text(ecs);
      String namespace = NAMESPACE.text(ecs);
      List<String> parts = new ArrayList<>();
      if (type != null) {
        parts.add(type.equals("pods") ? "pod" : type);
      }
      if (namespace != null) {
        parts.add(namespace);
      }
      parts.add(name);
      add(keys, String.join("/", parts));
    }
    return keys;
  }

  private static void add(Set<String> keys, String id) {
    if (keys.size() < MOST) {
      keys.add(Rows.key(id));
    }
  }
}
