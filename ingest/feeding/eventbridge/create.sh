#!/usr/bin/env bash
# Creates, for one topic, a queue, a rule with the pattern beside this script, and the right of the one to fill the other.
#   ./create.sh aws.guardduty             on the default bus
#   ./create.sh okta.system aws.partner/okta.com/ORG/NAME    on another bus
set -euo pipefail

topic=$1
bus=${2:-default}
name=${topic//[._]/-}
pattern=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/$topic.json

url=$(aws sqs create-queue --queue-name "$name" --attributes MessageRetentionPeriod=1209600 --query QueueUrl --output text)
queue=$(aws sqs get-queue-attributes --queue-url "$url" --attribute-names QueueArn --query Attributes.QueueArn --output text)
rule=$(aws events put-rule --name "$name" --event-bus-name "$bus" --event-pattern "file://$pattern" --query RuleArn --output text)
policy=$(jq -cn --arg queue "$queue" --arg rule "$rule" '{Version: "2012-10-17", Statement: [{Effect: "Allow",
  Principal: {Service: "events.amazonaws.com"}, Action: "sqs:SendMessage", Resource: $queue,
  Condition: {ArnEquals: {"aws:SourceArn": $rule}}}]}')
aws sqs set-queue-attributes --queue-url "$url" --attributes "$(jq -cn --arg policy "$policy" '{Policy: $policy}')"
aws events put-targets --rule "$name" --event-bus-name "$bus" --targets "Id=queue,Arn=$queue" --query FailedEntryCount --output text
echo "$url"
