# Applying stacks: `check || apply && check`, one after the other. What came of each is kept in $STATE/stacks/NAME:
# `DIGEST STATE MESSAGE`, where the digest is of its files and parameters.

LOG=${BW_LOG:-/var/log/barewright}
# A log that grows beyond this is emptied and goes on.
LOG_BYTES=1000000

# apply_stacks: those of $STATE/bundle. 0: all are applied. 1: one has failed, and none after it was tried.
apply_stacks() {
  # shellcheck disable=SC2153 # agent.sh sets it.
  mkdir -p "$STATE/stacks" "$LOG"
  forget_others
  while read -r stack digest <&8; do
    apply_stack "$stack" "$digest" || return 1
  done 8<"$STATE/bundle/order"
  write_file "$STATE/config" "$(bundle_digest)"
}

# A stack that has a check is applied when that fails; one without, when it is not what was applied last.
apply_stack() {
  if is_applied "$1" "$2"; then
    [ "$(state_of "$1")" = "$2 ok" ] || conclude "$1" "$2" ok
    return 0
  fi
  # What is not so any more is not said to be so. Another try of what failed is no news.
  rm -f "$STATE/config"
  [ "$(state_of "$1")" = "$2 failed" ] || { conclude "$1" "$2" running && tell_state; }
  say "stack $1: applying"
  if run_script "$1" apply && is_well "$1"; then
    conclude "$1" "$2" ok
    say "stack $1: ok"
    return 0
  fi
  conclude "$1" "$2" failed "$why"
  say "stack $1: $why"
  return 1
}

is_applied() {
  if [ -e "$STATE/bundle/stacks/$1/check.sh" ]; then
    run_script "$1" check
  else
    [ "$(state_of "$1")" = "$2 ok" ]
  fi
}

is_well() {
  [ ! -e "$STATE/bundle/stacks/$1/check.sh" ] || run_script "$1" check
}

# run_script STACK apply|check: with the stack's parameters and hardly anything else around it. Sets `why` when it fails.
run_script() {
  home=$STATE/bundle/stacks/$1
  log=$LOG/$1.$2.log
  seconds=$(cat "$STATE/bundle/seconds")
  # A full disk keeps nothing from being applied. (`:` would end the shell here.)
  true >"$log" || log=/dev/null
  bound_log "$log" >/dev/null 2>&1 &
  bounding=$!
  # shellcheck disable=SC2016 # It is the inner shell that expands.
  timeout --kill-after=10 "$seconds" env -i PATH="$LIB/bin:$PATH" HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    sh -c 'umask 022; cd "$1" || exit; set -a; . "$2" || exit; exec "./$3.sh"' sh "$home" "$STATE/bundle/env/$1" "$2" \
    </dev/null >>"$log" 2>&1 8<&- 9<&-
  status=$?
  kill "$bounding" 2>/dev/null
  wait "$bounding" 2>/dev/null
  [ "$status" -eq 0 ] && return 0
  last=$(grep -a '[^[:space:]]' "$log" | tail -n 1)
  why="$2.sh: ${last:-it ended with status $status}"
  [ "$status" -ne 124 ] || why="$2.sh: not done within $seconds s${last:+; its last words: $last}"
  return 1
}

bound_log() {
  exec 8<&- 9<&-
  while sleep 1; do
    [ "$(wc -c <"$1")" -le "$LOG_BYTES" ] || echo 'the log was too long; what came before is lost' >"$1"
  done
}

# conclude STACK DIGEST STATE [MESSAGE]
conclude() {
  write_file "$STATE/stacks/$1" "$2 $3 ${4:-}"
}

state_of() {
  cut -d ' ' -f 1,2 "$STATE/stacks/$1" 2>/dev/null
}

# Whoever is ended in between leaves the file as it was.
write_file() {
  { printf '%s\n' "$2" >"$1.new" && mv "$1.new" "$1"; } || say "$1 cannot be written: it will be said again at the next run"
}

# What the configuration does not name is not reported any more. It is not taken away from the system.
forget_others() {
  for file in "$STATE"/stacks/*; do
    grep -q "^${file##*/} " "$STATE/bundle/order" || rm -f "$file"
  done
}

# For the report, in the order of the configuration.
stacks_json() {
  [ -e "$STATE/bundle/order" ] || return 0
  comma=
  while read -r stack _ <&7; do
    [ -e "$STATE/stacks/$stack" ] || continue
    read -r _ state message <"$STATE/stacks/$stack"
    printf '%s{"name":"%s","state":"%s"' "$comma" "$stack" "$state"
    [ -z "$message" ] || printf ',"message":"%s"' "$(json_text "$message")"
    printf '}'
    comma=,
  done 7<"$STATE/bundle/order"
}
