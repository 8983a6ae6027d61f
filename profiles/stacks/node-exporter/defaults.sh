#!/bin/sh
# What /etc/default/prometheus-node-exporter is to say.
set -eu
arguments="--web.listen-address=$BW_ADDRESS:$BW_PORT"
for collector in $BW_WITHOUT; do
  case $collector in
  *[!a-z_]*) echo "not the name of a collector: $collector" >&2 && exit 1 ;;
  esac
  arguments="$arguments --no-collector.$collector"
done
printf 'ARGS="%s"\n' "$arguments"
