#!/bin/sh
# Tells the daemon what this system carries, at every boot and from then on, and brings its stacks to what the daemon
# says. Started by barewright-agent.timer; it may be ended at any point. docs/agent.md says what it does and why.
set -u
umask 077
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
LIB=${BW_LIB:-/usr/local/lib/barewright}
ETC=${BW_ETC:-/etc/barewright}
STATE=${BW_STATE:-/var/lib/barewright}
RUN=${BW_RUN:-/run/barewright}
# Tries of one report, and the longest pause between two of them.
TRIES=${BW_TRIES:-8}
LONGEST_PAUSE=60

for part in "$LIB"/*.sh; do
  # shellcheck disable=SC1090
  . "$part"
done

say() {
  echo "$*"
}

main() {
  # shellcheck disable=SC1091
  . "$ETC/record" || exit 1
  # shellcheck disable=SC2034 # http.sh signs with it.
  read -r KEY <"$ETC/key" || exit 1
  mkdir -p "$RUN" || exit 1
  mkdir -p "$STATE" || say "$STATE cannot be made: what was applied will not be remembered"
  # One at a time: the lock ends with the process.
  exec 9>"$RUN/lock"
  flock -n 9 || { say 'another run is under way' && exit 0; }
  boot=true
  [ -e "$RUN/reported" ] && boot=false
  tell "$boot" "$TRIES"
  outcome=$?
  [ "$outcome" -eq 0 ] || [ "$outcome" -eq 3 ] || exit 0
  : >"$RUN/reported"
}

# tell BOOT TRIES: reports, with growing pauses while nobody answers. What it returns is as for post.
tell() {
  pause=2
  left=$2
  while :; do
    report "$1" >"$RUN/body" || { say "no report can be written to $RUN" && return 2; }
    post "$BW_REPORT_URL" "$RUN/body"
    outcome=$?
    [ "$outcome" -eq 0 ] && return 0
    [ "$outcome" -eq 3 ] && say "reported, but $(cat "$RUN/http.err"): nothing is applied" && return 3
    left=$((left - 1))
    say "the report was not taken: $(head -n 1 "$RUN/http.err" 2>/dev/null)"
    { [ "$outcome" -eq 2 ] && [ "$left" -gt 0 ]; } || return "$outcome"
    sleep "$pause"
    pause=$((pause * 2))
    [ "$pause" -le "$LONGEST_PAUSE" ] || pause=$LONGEST_PAUSE
  done
}

stacks_json() {
  :
}

main
