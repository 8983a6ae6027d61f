#!/bin/sh
# Nothing to do when the engine answers and was configured with these parameters.
set -eu
docker info >/dev/null 2>&1
grep -q "\"max-size\": \"$BW_LOG_SIZE\"" /etc/docker/daemon.json
grep -q "\"max-file\": \"$BW_LOG_FILES\"" /etc/docker/daemon.json
for user in $BW_USERS; do
  id -nG "$user" | grep -qw docker
done
trust-registry check
[ -z "$BW_REGISTRY" ] || [ -z "$BW_REGISTRY_CA" ] ||
  printf '%s\n' "$BW_REGISTRY_CA" | cmp -s - "/etc/docker/certs.d/$BW_REGISTRY/ca.crt"
