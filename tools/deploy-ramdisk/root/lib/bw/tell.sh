# What the daemon is told, by POST of JSON. busybox's own -T crashes in the static build, so timeout(1) it is.

# post URL BODY [HEADER]; the answer goes to /run/answer. 0: accepted. 1: refused, asking again is no use. 2: no answer.
post() {
  timeout 20 wget -q -O /run/answer --header 'Content-Type: application/json' ${3:+--header "$3"} --post-data "$2" "$1" \
    2>/run/post.err && return 0
  # wget: server returned error: HTTP/1.1 409 Conflict
  grep -q 'error: HTTP/[0-9.]* 4' /run/post.err && return 1
  return 2
}

# The same, again and again while nobody answers: at most $3 times.
post_patiently() {
  left=$3
  while :; do
    post "$1" "$2"
    outcome=$?
    left=$((left - 1))
    [ "$outcome" -ne 2 ] && return "$outcome"
    [ "$left" -le 0 ] && return 2
    sleep 3
  done
}

# tell_progress STEP PERCENT, once; it is only news.
tell_progress() {
  post "$BW_CALLBACK_URL/progress" "{\"step\":\"$(json_text "$1")\",\"percent\":$2}"
}

# Asks whether the disk may be lost now: the daemon accepts progress of its present, armed attempt only.
ask_leave() {
  post_patiently "$BW_CALLBACK_URL/progress" "{\"step\":\"$(json_text "$1")\",\"percent\":0}" 20
}

# Until somebody accepts it, for ever: nothing else may end a finished install. 1 when it is refused.
tell_complete() {
  post_patiently "$BW_CALLBACK_URL/complete" '{}' 1000000
}

tell_failed() {
  post_patiently "$BW_CALLBACK_URL/failed" "{\"why\":\"$(json_text "$1")\"}" 100
}
