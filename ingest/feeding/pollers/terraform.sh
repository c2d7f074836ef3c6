#!/usr/bin/env bash
# HCP Terraform keeps its audit trail for 14 days and pushes it nowhere. Run this each minute.
# Needs: curl, jq, kcat. KAFKA=host:9092, TOKEN (of the organization, or of type audit-trails), STATE=file
set -euo pipefail

url=${TERRAFORM_URL:-https://app.terraform.io}/api/v2/organization/audit-trail
now=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)
since=$(cat "$STATE" 2>/dev/null || date -u -d '1 day ago' +%Y-%m-%dT%H:%M:%S.000Z)
page=1
while [ -n "$page" ]; do
  answer=$(curl -fsS --retry 3 -G "$url" -H @<(echo "Authorization: Bearer $TOKEN") \
    --data-urlencode "since=$since" --data-urlencode "page[number]=$page")
  jq -c '.data[]' <<<"$answer" | kcat -P -b "$KAFKA" -t terraform.audit -z zstd -X acks=all
  page=$(jq -r '.pagination.next_page // empty' <<<"$answer")
done
# Five minutes again: what was written late is not lost, and what comes twice is one event.
date -u -d "$now 5 minutes ago" +%Y-%m-%dT%H:%M:%S.000Z >"$STATE"
