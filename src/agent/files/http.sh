# POST to the daemon with what there is: curl, wget, or bash and its /dev/tcp, which every Debian has.

# Seconds for one request.
HTTP_PATIENCE=${HTTP_PATIENCE:-60}

# post URL BODY_FILE: the body is signed; the answer goes to $RUN/answer. 0: accepted, and the answer may be believed.
# 1: refused, asking again at once is no use. 2: no answer. 3: accepted by somebody who does not know our key.
post() {
  rm -f "$RUN/answer" "$RUN/headers" "$RUN/http.err"
  signature=$(hmac "$KEY" <"$2")
  if ! transport "$1" "$2" "$signature" 2>"$RUN/http.err"; then
    [ -s "$RUN/http.err" ] || http_says 'no answer'
    return 2
  fi
  status=$(sed -n 's/^ *HTTP\/[0-9.]* \([0-9][0-9][0-9]\).*/\1/p' "$RUN/headers" | tail -n 1)
  case $status in
  2??) ;;
  4??) http_says "$status $(head -c 200 "$RUN/answer")" && return 1 ;;
  *) http_says "status ${status:-unknown}" && return 2 ;;
  esac
  # Bound to this very question: an answer that was given before is none.
  given=$(sed -n 's/^ *[Xx]-[Bb]arewright-[Ss]ignature: *sha256=\([0-9a-f]*\).*/\1/p' "$RUN/headers" | tail -n 1)
  expected=$({ echo "$signature" && cat "$RUN/answer"; } | hmac "$KEY")
  [ "$given" = "$expected" ] && return 0
  http_says 'the answer is not signed with the key of this install'
  return 3
}

http_says() {
  echo "$*" >"$RUN/http.err"
}

transport() {
  if command -v curl >/dev/null; then
    by_curl "$@"
  elif command -v wget >/dev/null; then
    by_wget "$@"
  else
    by_bash "$@"
  fi
}

by_curl() {
  curl --silent --show-error --noproxy '*' --max-time "$HTTP_PATIENCE" --header 'Content-Type: application/json' \
    --header "X-Barewright-Signature: sha256=$3" --header 'Expect:' --data-binary "@$2" \
    --dump-header "$RUN/headers" --output "$RUN/answer" "$1"
}

# It fails for a status that is an answer too.
by_wget() {
  wget --no-verbose --server-response --no-proxy --tries=1 --timeout="$HTTP_PATIENCE" --max-redirect=0 \
    --content-on-error --header='Content-Type: application/json' --header="X-Barewright-Signature: sha256=$3" \
    --post-file="$2" --output-document="$RUN/answer" "$1" 2>"$RUN/headers"
  [ -s "$RUN/answer" ] && return
  tail -n 1 "$RUN/headers" >&2
  return 1
}

# HTTP/1.0, so that the answer comes in one piece and ends with the connection.
by_bash() {
  rest=${1#http://}
  authority=${rest%%/*}
  case $authority in
  *]) host=$authority port=80 ;;
  *:*) host=${authority%:*} port=${authority##*:} ;;
  *) host=$authority port=80 ;;
  esac
  host=${host#[}
  {
    printf 'POST /%s HTTP/1.0\r\nHost: %s\r\nContent-Type: application/json\r\n' "${rest#*/}" "$authority"
    printf 'X-Barewright-Signature: sha256=%s\r\n' "$3"
    printf 'Content-Length: %s\r\n\r\n' "$(wc -c <"$2")"
    cat "$2"
  } >"$RUN/request"
  # shellcheck disable=SC2016 # It is bash that expands.
  timeout "$HTTP_PATIENCE" bash -c 'exec 3<>"/dev/tcp/$1/$2" && cat "$3" >&3 && cat <&3' bash \
    "${host%]}" "$port" "$RUN/request" >"$RUN/raw" || return 1
  sed '/^\r*$/q' "$RUN/raw" >"$RUN/headers"
  tail -c "+$(($(wc -c <"$RUN/headers") + 1))" "$RUN/raw" >"$RUN/answer"
}
