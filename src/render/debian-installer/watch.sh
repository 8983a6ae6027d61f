#!/bin/sh
# Watches the installer by its log: tells the daemon of every stage, of one that fails, and of silence.
. /barewright/lib.sh
LOG=/var/log/syslog
# An installer that asks a person something says nothing more; so many looks, half a minute each.
PATIENCE=40

# Words and percent of a menu item; nothing for one that is over in a moment.
stage_of() {
  case $1 in
  choose-mirror) echo 'looking for the mirror:4' ;;
  download-installer) echo 'fetching components of the installer:5' ;;
  bootstrap-base) echo 'installing the base system:20' ;;
  apt-setup-udeb) echo 'setting up packages:75' ;;
  pkgsel) echo 'installing packages:78' ;;
  grub-installer) echo 'installing the boot loader:88' ;;
  finish-install) echo 'last steps:95' ;;
  esac
}

item_of() {
  echo "$1" | sed "s/.*Menu item '\([^']*\)'.*/\1/"
}

watch_stages() {
  tail -f "$LOG" | while read -r line; do
    case $line in
    *main-menu*"Menu item '"*"' selected"*)
      stage=$(stage_of "$(item_of "$line")")
      [ -n "$stage" ] && tell_progress "${stage%:*}" "${stage##*:}"
      ;;
    *main-menu*"Menu item '"*"' failed"*)
      tell_failed "the installer's step $(item_of "$line") failed"
      : >/tmp/barewright.over
      ;;
    esac
  done
}

watch_silence() {
  before=
  quiet=0
  while sleep 30; do
    [ -e /tmp/barewright.over ] && return
    now=$(wc -c <"$LOG")
    quiet=$((quiet + 1))
    [ "$now" = "$before" ] || quiet=0
    before=$now
    [ "$quiet" -lt "$PATIENCE" ] && continue
    tell_failed "the installer has said nothing for $((PATIENCE / 2)) minutes: it may be asking something on its console"
    return
  done
}

watch_silence &
watch_stages
