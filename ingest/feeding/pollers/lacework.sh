#!/usr/bin/env bash
# Lacework's alerts with their status, by its own command line (https://github.com/lacework/go-sdk). Run this each 10
# minutes: it sends every alert of the last 3 hours as it is now; an alert that was sent before is the same event again.
# Needs: lacework (configured: LW_ACCOUNT, LW_API_KEY, LW_API_SECRET), jq, kcat. KAFKA=host:9092
set -euo pipefail

lacework alert list --start -3h --end now --json --noninteractive |
  jq -c 'if type == "array" then .[] else .data[]? end' |
  kcat -P -b "$KAFKA" -t lacework.alert -z zstd -X acks=all
