#!/bin/sh
# The message of the day, and a journal that outlives a restart.
set -eu
printf '%s\n' "$BW_MOTD" >/etc/motd.new
mv /etc/motd.new /etc/motd
mkdir -p /var/log/journal
systemctl restart systemd-journal-flush.service
