#!/bin/sh
# Nothing to do when exactly these units are there, and their automounts wait.
set -eu
want=$(mktemp -d)
trap 'rm -rf "$want"' EXIT
./units.sh "$want"
units=/etc/systemd/system
for unit in "$want"/*; do
  cmp -s "$unit" "$units/${unit##*/}"
done
test "$(grep -lx '# barewright: nfs-mount' "$units"/*mount | wc -l)" = "$(find "$want" -type f | wc -l)"
for unit in "$want"/*.automount; do
  systemctl is-active --quiet "${unit##*/}"
done
