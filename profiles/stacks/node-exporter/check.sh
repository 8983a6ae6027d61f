#!/bin/sh
# Nothing to do when the exporter runs with these parameters.
set -eu
systemctl is-active --quiet prometheus-node-exporter
./defaults.sh | cmp -s - /etc/default/prometheus-node-exporter
