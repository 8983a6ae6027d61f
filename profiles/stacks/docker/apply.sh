#!/bin/sh
# Debian's container engine with bounded logs, for the users and the registry that are named.
set -eu
case $BW_LOG_SIZE in
*[!0-9kmg]* | '') echo "log_size must be a number with k, m or g: $BW_LOG_SIZE" >&2 && exit 1 ;;
esac
case $BW_REGISTRY in
*/* | .* | *' '*) echo "registry must be a host, or a host and a port: $BW_REGISTRY" >&2 && exit 1 ;;
esac
need-packages docker.io ca-certificates
mkdir -p /etc/docker
cat >/etc/docker/daemon.json.new <<JSON
{
  "log-driver": "json-file",
  "log-opts": { "max-size": "$BW_LOG_SIZE", "max-file": "$BW_LOG_FILES" },
  "live-restore": true
}
JSON
restart=false
if ! cmp -s /etc/docker/daemon.json.new /etc/docker/daemon.json; then
  mv /etc/docker/daemon.json.new /etc/docker/daemon.json
  restart=true
fi
rm -f /etc/docker/daemon.json.new
# The engine reads certificates when it asks a registry: no restart for them.
if [ -n "$BW_REGISTRY" ] && [ -n "$BW_REGISTRY_CA" ]; then
  mkdir -p "/etc/docker/certs.d/$BW_REGISTRY"
  printf '%s\n' "$BW_REGISTRY_CA" >"/etc/docker/certs.d/$BW_REGISTRY/ca.crt"
fi
trust-registry
for user in $BW_USERS; do
  usermod --append --groups docker "$user"
done
systemctl enable --quiet docker
[ "$restart" = false ] || systemctl restart docker
systemctl start docker
