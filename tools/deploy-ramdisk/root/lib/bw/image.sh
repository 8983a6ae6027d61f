# Fetches the image, and writes all of it but its first MiB to the disk.

# Bytes may stop coming for so many seconds before the connection is given up.
PATIENCE=90

# 0: all written and verified. 1: the connection broke. Everything else ends the deployment.
fetch_and_write() {
  rm -f /run/*.status /run/*.pid /run/headers /run/first /run/digest
  [ -p /run/copy ] || mkfifo /run/copy
  sha256sum </run/copy >/run/digest &
  summing=$!
  watch_progress &
  watching=$!
  fetch | copy | unpack | write "/dev/$1"
  wait "$summing"
  kill "$watching" 2>/dev/null
  wait "$watching" 2>/dev/null

  [ "$(cat /run/fetch.status)" = 0 ] || explain_fetch
  [ "$(cat /run/fetch.status)" = 0 ] || [ "$(cat /run/write.status)" != 0 ] || return 1
  [ "$(cat /run/write.status)" = 0 ] || fail "the image does not fit, or the disk fails: $(grep '^dd: ' /run/write.err)"
  digest=$(cut -d ' ' -f 1 /run/digest)
  [ "$digest" = "$BW_IMAGE_SHA256" ] || fail "the image is not the declared one: its SHA-256 is $digest"
  [ "$(cat /run/unpack.status)" = 0 ] || fail "the image cannot be unpacked: $(tail -n 1 /run/unpack.err)"
}

# Each part of the pipe leaves its status, since the pipe has only that of its end; and reads on when it has failed, so
# that the digest is over all that was sent.
fetch() {
  sh -c 'echo $$ >/run/fetch.pid; exec wget -q -S -O - "$1"' fetch "$BW_IMAGE_URL" 2>/run/headers
  echo $? >/run/fetch.status
}

copy() {
  sh -c 'echo $$ >/run/copy.pid; exec tee /run/copy'
}

unpack() {
  case $BW_IMAGE_FORMAT in
  raw.gz) gunzip -c ;;
  raw.zst) zstd -dcq ;;
  *) cat ;;
  esac 2>/run/unpack.err
  echo $? >/run/unpack.status
  cat >/dev/null
}

# The first MiB is held back in memory.
write() {
  dd of=/run/first bs=1M count=1 iflag=fullblock 2>/run/write.err &&
    dd of="$1" bs=1M seek=1 iflag=fullblock conv=notrunc,fsync 2>>/run/write.err
  echo $? >/run/write.status
  cat >/dev/null
}

# A server that says no will say it again.
explain_fetch() {
  answer=$(grep -o 'error: HTTP/[0-9.]* 4.*' /run/headers)
  [ -n "$answer" ] && fail "the image is not served: ${answer#error: }"
}

# Tells how many bytes have come, at every tenth; ends the connection when none come any more.
watch_progress() {
  told=0
  before=0
  quiet=0
  while sleep 1; do
    now=$(sed -n 's/^rchar: //p' "/proc/$(cat /run/copy.pid 2>/dev/null)/io" 2>/dev/null)
    [ -n "$now" ] || continue
    quiet=$((quiet + 1))
    [ "$now" = "$before" ] || quiet=0
    [ "$quiet" -lt "$PATIENCE" ] || kill "$(cat /run/fetch.pid)"
    before=$now
    total=$(sed -n 's/^ *[Cc]ontent-[Ll]ength: *\([0-9]*\).*/\1/p' /run/headers 2>/dev/null | tail -n 1)
    [ "${total:-0}" -gt 0 ] || continue
    percent=$((now * 100 / total))
    [ "$percent" -ge $((told + 10)) ] && [ "$percent" -lt 100 ] || continue
    told=$percent
    tell_progress "writing the image: $now of $total bytes" "$percent"
  done
}
