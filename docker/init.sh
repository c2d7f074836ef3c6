#!/bin/bash
# Prepares a fresh installation; harmless when run again. Runs in the image of Kafka, which has bash
# and Kafka's tools, but no HTTP client that could be relied on.
set -euo pipefail

chown 9999:9999 /checkpoints # the user flink in Flink's image

for topic in aws.cloudtrail vigie.alerts vigie.dead-letters; do
  /opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 \
    --create --if-not-exists --topic "$topic" --partitions 4 --replication-factor 1
done
# Releases of the rules are counted from the beginning: in one order, and for ever.
/opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 \
  --create --if-not-exists --topic vigie.rules --partitions 1 --replication-factor 1 \
  --config retention.ms=-1 --config retention.bytes=-1 --config cleanup.policy=delete

# Tables of reference data: one order, and a week of changes for whoever replays that week's events.
for table in assets identities indicator-networks indicators network-zones posture terraform-runs; do
  /opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 \
    --create --if-not-exists --topic "vigie.reference.$table" --partitions 1 --replication-factor 1 \
    --config cleanup.policy=compact --config min.compaction.lag.ms=604800000 \
    --config message.timestamp.type=LogAppendTime
done
/opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 \
  --create --if-not-exists --topic vigie.reference.sessions --partitions 1 --replication-factor 1 \
  --config cleanup.policy=delete --config retention.ms=1209600000 \
  --config message.timestamp.type=LogAppendTime

case $KIBANA_PASSWORD in
  *[\"\\]*) echo 'KIBANA_PASSWORD must not contain " or \' >&2; exit 1 ;;
esac
LC_ALL=C # so that the length of the body is its bytes
body="{\"password\":\"$KIBANA_PASSWORD\"}"
exec 3<>/dev/tcp/elasticsearch/9200
printf '%s\r\n' \
  'POST /_security/user/kibana_system/_password HTTP/1.1' \
  'Host: elasticsearch' \
  "Authorization: Basic $(printf 'elastic:%s' "$ELASTIC_PASSWORD" | base64 | tr -d '\n')" \
  'Content-Type: application/json' \
  "Content-Length: ${#body}" \
  'Connection: close' \
  '' >&3
printf '%s' "$body" >&3
read -r _ status _ <&3
if [ "$status" != 200 ]; then
  echo "Elasticsearch did not take the password of kibana_system: HTTP $status" >&2
  exit 1
fi
echo 'Topics and passwords are set.'
