#!/bin/sh
# stage.sh NAME: runs one step that was hung into the installer. When it fails, the daemon hears its last words and the
# machine rests: the installer would go on, and restart.
. /barewright/lib.sh
said=/tmp/barewright.$1
if sh "/barewright/$1.sh" >"$said" 2>&1; then
  cat "$said"
  : >"$said.done"
  exit 0
fi
cat "$said"
: >/tmp/barewright.over
tell_failed "$1: $(tail -n 1 "$said")"
rest "step $1 failed"
