#!/usr/bin/env bash
# Microsoft 365: the Management Activity API tells which blobs are new, and one fetches them. Run this each 5 minutes.
# Needs: an app registration with ActivityFeed.Read (and ActivityFeed.ReadDlp for DLP.All); curl, jq, kcat.
# KAFKA=host:9092, TENANT, CLIENT_ID, CLIENT_SECRET, STATE=file. Once for each content type, to switch it on:
#   ./o365.sh start
set -euo pipefail

types=${CONTENT_TYPES:-Audit.AzureActiveDirectory Audit.Exchange Audit.SharePoint Audit.General}
feed=${O365_URL:-https://manage.office.com}/api/v1.0/$TENANT/activity/feed
token=$(curl -fsS "${LOGIN_URL:-https://login.microsoftonline.com}/$TENANT/oauth2/v2.0/token" -d grant_type=client_credentials \
  -d client_id="$CLIENT_ID" --data-urlencode client_secret@<(printf %s "$CLIENT_SECRET") \
  --data-urlencode scope=https://manage.office.com/.default | jq -r .access_token)
call() { curl -fsS --retry 3 -H @<(echo "Authorization: Bearer $token") "$@"; }

if [ "${1:-}" = start ]; then
  for type in $types; do call -X POST -d '' "$feed/subscriptions/start?contentType=$type"; done
  exit
fi

# Blobs are listed by when they became available, which is what matters here; a list may span at most 24 hours.
now=$(date -u +%Y-%m-%dT%H:%M:%S)
since=$(cat "$STATE" 2>/dev/null || date -u -d '23 hours ago' +%Y-%m-%dT%H:%M:%S)
headers=$(mktemp)
trap 'rm -f "$headers"' EXIT
for type in $types; do
  url="$feed/subscriptions/content?contentType=$type&startTime=$since&endTime=$now"
  while [ -n "$url" ]; do
    list=$(call -D "$headers" "$url")
    url=$(tr -d '\r' <"$headers" | sed -n 's/^NextPageUri: *//Ip')
    jq -r '.[].contentUri' <<<"$list" | while read -r blob; do
      call "$blob" | jq -c '.[]'
    done | kcat -P -b "$KAFKA" -t o365.audit -z zstd -X acks=all
  done
done
echo "$now" >"$STATE"
