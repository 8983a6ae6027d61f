#!/bin/sh
# units.sh DIRECTORY: writes the units that $BW_MOUNTS asks for into it.
set -eu
printf '%s\n' "$BW_MOUNTS" | while read -r what where options more; do
  case $what,$where,$more in
  *:/*,/*,) ;;
  *) echo "not three words, host:/directory /where options: $what $where $options $more" >&2 && exit 1 ;;
  esac
  name=$(systemd-escape --path "$where")
  cat >"$1/$name.mount" <<UNIT
# barewright: nfs-mount
[Unit]
Description=$what

[Mount]
What=$what
Where=$where
Type=nfs
Options=${options:-defaults}
TimeoutSec=60
UNIT
  # A server that is away holds up whoever looks into the directory, and no boot.
  cat >"$1/$name.automount" <<UNIT
# barewright: nfs-mount
[Unit]
Description=$what when it is used

[Automount]
Where=$where

[Install]
WantedBy=multi-user.target
UNIT
done
