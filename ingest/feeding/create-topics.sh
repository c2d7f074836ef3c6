#!/usr/bin/env bash
# Creates the topics that you name, or all, with Kafka's own tool; one that exists stays as it is.
#   BOOTSTRAP=kafka:9092 ./create-topics.sh aws.cloudtrail okta.system
# REPLICAS (3), RETENTION_DAYS (7), KAFKA_TOPICS (kafka-topics.sh); more for that: KAFKA_TOPICS="kafka-topics.sh --command-config client.properties"
set -euo pipefail

# For a company of some hundred people; README.md says what to count.
partitions='
aws.cloudtrail 3            aws.vpcflow 12              aws.waf 6                   aws.elb 6
aws.s3access 3              aws.route53_resolver 6      aws.guardduty 1             aws.securityhub 1
aws.shield 1                lacework.alert 1            lacework.event 1            lacework.webhook 1
sysdig.event 1              falco.alerts 1              wiz.issues 1                okta.system 1
cloudflare.http_request 12  cloudflare.firewall_event 3 cloudflare.access_request 1 cloudflare.audit 1
cloudflare.dns 3            cloudflare.gateway_dns 3    cloudflare.gateway_http 3   cloudflare.gateway_network 3
azure.activity 1            azure.signinlogs 1          azure.entra 1               o365.audit 3
gcp.audit 3                 github.audit 1              kubernetes.audit 6          terraform.audit 1
app.ecs 6                   app.cloudevents 3           app.nginx 6                 app.apache 3
app.sshd 1                  app.gsuite 1                ocsf 3                      vigie.alerts 1
vigie.dead-letters 1
'

for topic in "${@:-}"; do
  if [ -n "$topic" ] && ! grep -qE "(^| )$topic " <<<"$partitions"; then
    echo "no such topic: $topic" >&2
    exit 2
  fi
done
while read -r topic count; do
  case " ${*:-$topic} " in
    *" $topic "*)
      # LogAppendTime: retention counts from arrival, and Vigie measures against it which events lie in the future.
      # max.message.bytes counts what is compressed: a CloudTrail file of 50 MB is some 3 MB.
      ${KAFKA_TOPICS:-kafka-topics.sh} --bootstrap-server "$BOOTSTRAP" --create --if-not-exists --topic "$topic" \
        --partitions "$count" --replication-factor "${REPLICAS:-3}" --config min.insync.replicas="$((${REPLICAS:-3} > 2 ? 2 : 1))" \
        --config retention.ms="$((${RETENTION_DAYS:-7} * 86400000))" --config message.timestamp.type=LogAppendTime \
        --config max.message.bytes=16777216
      ;;
  esac
done < <(grep -oE '[a-z0-9_.-]+ +[0-9]+' <<<"$partitions")
