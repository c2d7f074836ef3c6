#!/usr/bin/env bash
# Shield Advanced writes no log of attacks. Run this each 5 minutes (cron, a systemd timer): it sends every attack of the
# last day as DescribeAttack tells it now; an attack that was sent before is the same event again.
# Needs: aws (shield:ListAttacks, shield:DescribeAttack), jq, kcat. KAFKA=host:9092
set -euo pipefail

attacks=$(aws shield list-attacks --region us-east-1 --start-time "FromInclusive=$(date -u -d '1 day ago' +%s)" --output json)
jq -r '.AttackSummaries[]?.AttackId' <<<"$attacks" | while read -r id; do
  aws shield describe-attack --region us-east-1 --attack-id "$id" --output json | jq -c .
done | kcat -P -b "$KAFKA" -t aws.shield -z zstd -X acks=all
