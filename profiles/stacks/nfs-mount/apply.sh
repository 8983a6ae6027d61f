#!/bin/sh
# Automounts as systemd has them. What a former configuration mounted and this one does not is let go of.
set -eu
need-packages nfs-common
units=/etc/systemd/system
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
./units.sh "$new"
for unit in $(grep -lx '# barewright: nfs-mount' "$units"/*mount 2>/dev/null || true); do
  name=${unit##*/}
  [ -e "$new/$name" ] && continue
  case $name in *.automount) systemctl disable --quiet --now "$name" ;; *) systemctl stop "$name" ;; esac
  rm "$unit"
done
cp "$new"/* "$units"
systemctl daemon-reload
for unit in "$new"/*.automount; do
  systemctl enable --quiet "${unit##*/}"
  systemctl restart "${unit##*/}"
done
