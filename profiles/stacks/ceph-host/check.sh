#!/bin/sh
# Nothing to do when cephadm's needs are there and the kernel settings are in force.
set -eu
command -v lvs >/dev/null
command -v python3 >/dev/null
test "$(sysctl -n vm.swappiness)" = "$BW_SWAPPINESS"
grep -qx "vm.swappiness = $BW_SWAPPINESS" /etc/sysctl.d/60-ceph-host.conf
