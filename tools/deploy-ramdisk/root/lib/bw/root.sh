# The root file system of the image that was written: found, mounted on /mnt, grown.

# open_root DISK: sets root_number, root_device and root_type. A root is known by its os-release.
open_root() {
  load_late_modules
  show_partitions "$1"
  for root_number in $(partitions | cut -d ' ' -f 1); do
    root_device=$(partition_node "$1" "$root_number")
    for root_type in ext4 xfs; do
      mount -t "$root_type" "$root_device" /mnt 2>/dev/null || continue
      [ -e /mnt/etc/os-release ] || [ -e /mnt/usr/lib/os-release ] && return 0
      umount /mnt
      break
    done
  done
  return 1
}

# While it is mounted: so there is no need of a check before it, and XFS knows no other way.
grow_root() {
  if ! grow_partition "$1" "$root_number"; then
    say "the root keeps its size: $(cat /run/why-not)"
    tell_progress "the root keeps its size: $(cat /run/why-not)" 100
    return 0
  fi
  case $root_type in
  ext4) resize2fs "$root_device" >/run/grow.out 2>&1 ;;
  xfs) xfs_growfs /mnt >/run/grow.out 2>&1 ;;
  esac || fail "the root was given all of $1 but its file system does not grow: $(tail -n 1 /run/grow.out)"
  say "the root has grown to $(df -k /mnt | tail -n 1 | sed 's/^[^ ]* *\([0-9]*\).*/\1/') KiB"
}

close_root() {
  umount /mnt
}
