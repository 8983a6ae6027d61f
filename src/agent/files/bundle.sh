# The stacks, as the daemon hands them out: an archive whose signature `post` has compared.

# The daemon takes what was reported no sooner than it is on disk; a few tries are enough.
BUNDLE_TRIES=3

# fetch_bundle DIGEST: the stacks of that configuration come to lie in $STATE/bundle, whole or not at all.
fetch_bundle() {
  tries=0
  until fetch_once "$1"; do
    tries=$((tries + 1))
    [ "$outcome" -eq 2 ] && [ "$tries" -lt "$BUNDLE_TRIES" ] || return 1
    sleep 2
  done
}

fetch_once() {
  printf '{"mac":"%s","installId":"%s","configDigest":"%s","nonce":"%s"}' \
    "$BW_MAC" "$BW_INSTALL_ID" "$1" "$(nonce)" >"$RUN/body"
  post "${BW_REPORT_URL%/report}/stacks" "$RUN/body"
  outcome=$?
  [ "$outcome" -eq 0 ] || { say "the stacks did not come: $(head -n 1 "$RUN/http.err")" && return 1; }
  unpack_bundle "$1" || { outcome=1 && return 1; }
}

# A directory that is there under its last name is whole: it was renamed to it.
unpack_bundle() {
  rm -rf "$STATE/bundle.new"
  if ! mkdir "$STATE/bundle.new" || ! tar -x -f "$RUN/answer" -C "$STATE/bundle.new" 2>"$RUN/tar.err"; then
    say "the stacks cannot be unpacked: $(tail -n 1 "$RUN/tar.err" 2>/dev/null)"
    return 1
  fi
  [ "$(cat "$STATE/bundle.new/digest")" = "$1" ] || { say 'the stacks are those of another configuration' && return 1; }
  sync "$STATE/bundle.new/order" 2>/dev/null
  rm -rf "$STATE/bundle" && mv "$STATE/bundle.new" "$STATE/bundle"
}

bundle_digest() {
  cat "$STATE/bundle/digest" 2>/dev/null
}
