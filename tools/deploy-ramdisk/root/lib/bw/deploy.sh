# Writes the declared image to the declared disk, and restarts only when the daemon has taken note of it.

TRIES=3
# Bytes may stop coming for so many seconds before the connection is given up.
PATIENCE=90

deploy_and_reboot() {
  # shellcheck disable=SC1091
  . /answers
  say "install of $BW_NODE: $BW_PROFILE, generation $BW_GENERATION"
  if ! network_up "$BW_MAC"; then
    say "no network on the card with MAC $BW_MAC: nobody can be told"
    return
  fi
  if (deploy); then
    say 'installed; telling the daemon'
    tell_complete && say 'restarting from disk' && sync && reboot -f
    say 'the daemon refuses the completion: this attempt is not the present one (any more)'
    return
  fi
  tell_failed "$(cat /run/why 2>/dev/null || echo 'the deploy ramdisk broke off')"
}

deploy() {
  disk=$(choose_disk "$BW_DISK" 2>/run/choice) || fail "$(cat /run/choice)"
  bytes=$(($(cat "/sys/block/$disk/size") * 512))
  ask_leave "writing to $disk ($bytes bytes)" || fail 'the daemon gave no leave to write to the disk'
  blank "$disk" "$bytes" || fail "$disk cannot be written to"
  tries=1
  until fetch_and_write "$disk"; do
    [ "$tries" -ge "$TRIES" ] && fail "the image could not be fetched whole, $tries times"
    tries=$((tries + 1))
    say "the connection broke; try $tries of $TRIES"
    sleep 3
  done
  # Only now does the disk get what a machine boots from: the image is what the profile says.
  dd if=/run/first of="/dev/$disk" bs=1M conv=notrunc,fsync 2>/dev/null || fail "the start of $disk cannot be written"
  write_record "$disk" || fail 'the image has no place for the install record: neither a configuration area nor a root'
  sync
}

# Neither the old system nor the copy of its partition table at the end may come back while the image is not whole.
blank() {
  dd if=/dev/zero of="/dev/$1" bs=1M count=1 conv=notrunc,fsync 2>/dev/null &&
    dd if=/dev/zero of="/dev/$1" bs=512 seek=$(($2 / 512 - 2048)) count=2048 conv=notrunc,fsync 2>/dev/null
}

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
