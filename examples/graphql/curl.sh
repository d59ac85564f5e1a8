#!/usr/bin/env bash
# The gateway by curl. Development takes requests without a token; production wants TOKEN.
set -euo pipefail
url=${PLAYHEAD_GATEWAY_URL:-http://127.0.0.1:4001}
auth=(); [ -n "${TOKEN:-}" ] && auth=(-H "authorization: Bearer $TOKEN")

# A question by POST.
curl -sS "$url/graphql" "${auth[@]}" -H 'content-type: application/json' \
  -H 'accept: application/graphql-response+json' \
  -d '{"query":"{ freshness { state dataVersion } videos(first: 3) { nodes { videoId watchTimeS } } }"}'
echo

# A published document by its hash and GET: may be kept and asked for again with the ETag (304 where nothing changed).
id=$(sed -n 's/.*"id":"\([0-9a-f]*\)","name":"Totals".*/\1/p' "$(dirname "$0")/../../documents/manifest.json")
curl -sS -D - --get "$url/graphql" "${auth[@]}" -H 'apollo-require-preflight: 1' \
  --data-urlencode "documentId=sha256:$id" \
  --data-urlencode 'variables={"range":{"from":"2026-01-01","to":"2026-12-31"}}'
echo

# A stream: the last hour, now and whenever it changes. Ends after 3 seconds.
curl -sSN --max-time 3 "$url/graphql/stream" "${auth[@]}" -H 'content-type: application/json' \
  -H 'accept: text/event-stream' -d '{"query":"subscription { liveStats { sessionCount openSessionCount } }"}' || [ $? = 28 ]
