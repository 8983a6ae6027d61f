#!/bin/sh
# LVM, Python and kernel settings for Ceph daemons. It creates no volumes and touches no disk.
set -eu
need-packages lvm2 python3
cat >/etc/sysctl.d/60-ceph-host.conf <<CONF
vm.swappiness = $BW_SWAPPINESS
fs.aio-max-nr = 1048576
CONF
sysctl --quiet --load /etc/sysctl.d/60-ceph-host.conf
