#!/bin/sh
# Nothing to do when chrony runs with exactly our servers.
set -eu
systemctl is-active --quiet chrony
printf '%s\n' "$BW_SERVERS" | sed 's/.*/server & iburst/' | cmp -s - /etc/chrony/sources.d/barewright.sources
! grep -q '^pool ' /etc/chrony/chrony.conf
