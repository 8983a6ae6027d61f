#!/bin/sh
# Before partitions are made: chooses the disks, asks leave to lose what is on them, and tells the partitioner.
set -eu
. /barewright/lib.sh

# Disks that may be installed to: whole, writable, not removable, not empty; neither sticks nor the virtual media of a BMC.
disks() {
  for block in /sys/block/*; do
    case ${block##*/} in
    loop* | ram* | zram* | sr* | fd* | dm-* | md* | nbd* | mmcblk*boot*) continue ;;
    esac
    case $(readlink -f "$block") in */usb*) continue ;; esac
    [ "$(cat "$block/removable")" = 0 ] || continue
    [ "$(cat "$block/ro")" = 0 ] || continue
    [ "$(cat "$block/size")" -gt 0 ] || continue
    echo "/dev/${block##*/}"
  done
}

# The device that a name of the profile means. Drivers find disks in their own time.
device_of() {
  tries=0
  until [ -b "$1" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 30 ] || stop "there is no disk $1; there are: $(disks | tr '\n' ' ')"
    sleep 1
  done
  device=$(readlink -f "$1")
  disks | grep -qxF "$device" || stop "$1 is no whole, writable disk: $device"
  echo "$device"
}

stop() {
  : >/tmp/barewright.over
  tell_failed "$*"
  rest "$*"
}

# The name of a partition of a disk.
partition() {
  case $1 in
  *[0-9]) echo "$1p$2" ;;
  *) echo "$1$2" ;;
  esac
}

if [ -n "$BW_DISKS" ]; then
  chosen=
  for name in $BW_DISKS; do
    device=$(device_of "$name")
    chosen="$chosen${chosen:+ }$device"
  done
else
  chosen=$(disks | tr '\n' ' ' | sed 's/ $//')
  case $chosen in
  '') stop 'there is no disk' ;;
  *' '*) stop "the profile names no disk, and there are several: $chosen" ;;
  esac
fi

ask_leave "partitioning $chosen" 18 || stop 'the daemon gave no leave to write to the disk'
say "installing to $chosen"
debconf-set partman-auto/disk "$chosen"
debconf-set grub-installer/bootdev "$chosen"
if [ "$BW_LAYOUT" = raid1 ]; then
  # shellcheck disable=SC2086 # One word a disk.
  set -- $chosen
  recipe="1 2 0 ext4 / $(partition "$1" 2)#$(partition "$2" 2) ."
  [ "$BW_SWAP" = none ] || recipe="$recipe 1 2 0 swap - $(partition "$1" 3)#$(partition "$2" 3) ."
  debconf-set partman-auto-raid/recipe "$recipe"
fi
