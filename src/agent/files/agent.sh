#!/bin/sh
# Tells the daemon what this system carries, at every boot and from then on, and brings its stacks to what the daemon
# says. Started by barewright-agent.timer; it may be ended at any point. docs/agent.md says what it does and why.
set -u
umask 077
PATH=${BW_PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
export PATH LC_ALL=C
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

main() {
  # shellcheck disable=SC1091
  . "$ETC/record" || exit 1
  # shellcheck disable=SC2034 # http.sh signs with it.
  read -r KEY <"$ETC/key" || exit 1
  mkdir -p "$RUN" || exit 1
  mkdir -p "$STATE" || say "$STATE cannot be made: what is applied will not be remembered"
  # One at a time: the lock ends with the process.
  exec 9>"$RUN/lock"
  flock -n 9 || { say 'another run is under way' && exit 0; }
  boot=true
  [ -e "$RUN/reported" ] && boot=false
  FACTS=$(facts | facts_json)
  tell "$boot" "$TRIES"
  outcome=$?
  [ "$outcome" -eq 0 ] || [ "$outcome" -eq 3 ] || exit 0
  true >"$RUN/reported"
  [ "$outcome" -eq 0 ] && configure
  exit 0
}

# Brings the stacks to what the answer to the report names; it names nothing while a guard keeps them as they are.
configure() {
  wanted=$(wanted_digest)
  [ -n "$wanted" ] || return 0
  if [ "$wanted" != "$(bundle_digest)" ]; then
    say "configuration $wanted"
    fetch_bundle "$wanted" || return 1
  fi
  apply_stacks
  [ "$told" = "$(config_json)$(stacks_json)" ] || tell_state
}

wanted_digest() {
  sed -n 's/.*"configDigest":"\([0-9a-f]*\)".*/\1/p' "$RUN/answer"
}

# tell BOOT TRIES: reports, with growing pauses while nobody answers. What it returns is as for post.
tell() {
  pause=2
  left=$2
  while :; do
    told=$(config_json)$(stacks_json)
    report "$1" >"$RUN/body" || { say "no report can be written to $RUN" && return 2; }
    post "$BW_REPORT_URL" "$RUN/body"
    outcome=$?
    case $outcome in 0 | 3) printf '%s\n' "$FACTS" >"$RUN/facts" ;; esac
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

# How it stands between two stacks, and after the last: the next run of the timer says it too.
tell_state() {
  tell false 2
}

say() {
  echo "$*"
}

main
