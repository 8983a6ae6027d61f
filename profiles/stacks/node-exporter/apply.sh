#!/bin/sh
# Debian's node exporter.
set -eu
need-packages prometheus-node-exporter
./defaults.sh >/etc/default/prometheus-node-exporter
systemctl enable --quiet prometheus-node-exporter
systemctl restart prometheus-node-exporter
