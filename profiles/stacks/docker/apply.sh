#!/bin/sh
# Debian's container engine with bounded logs.
set -eu
case $BW_LOG_SIZE in
  *[!0-9kmg]* | '') echo "log_size must be a number with k, m or g: $BW_LOG_SIZE" >&2; exit 1 ;;
esac
export DEBIAN_FRONTEND=noninteractive
command -v dockerd >/dev/null || apt-get install -y --no-install-recommends docker.io
mkdir -p /etc/docker
cat >/etc/docker/daemon.json.new <<JSON
{
  "log-driver": "json-file",
  "log-opts": { "max-size": "$BW_LOG_SIZE", "max-file": "$BW_LOG_FILES" },
  "live-restore": true
}
JSON
if ! cmp -s /etc/docker/daemon.json.new /etc/docker/daemon.json; then
  mv /etc/docker/daemon.json.new /etc/docker/daemon.json
  systemctl restart docker
fi
rm -f /etc/docker/daemon.json.new
systemctl enable --quiet --now docker
