# Writes the declared image to the declared disk, and restarts only when the daemon has taken note of it.

TRIES=3

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
  tell_progress 'the image is whole; the system becomes its own' 99
  hold_table "$bytes" || fail 'the memory does not hold the partition table'
  make_its_own "$disk"
  # Only now does the disk get what a machine boots from: the image is what the profile says, and knows whose it is.
  put_table "$disk" "$((bytes / 512))" || fail "the start of $disk cannot be written"
  sync
}

# A configuration area is all that an image with one is given: what else is in it is its own affair.
make_its_own() {
  if has_area "$TABLE"; then
    [ ! -s /users ] || fail 'the image cannot be given users: it has a configuration area, and so no root of its own'
    write_area "$TABLE" || fail 'the configuration area cannot be written'
    return
  fi
  open_root "$1" || fail 'the image has no place for the install record: neither a configuration area nor a root'
  [ "$BW_GROW" = no ] || grow_root "$1"
  give_identity
  make_users
  close_root || fail 'the root of the image cannot be closed'
}

# Neither the old system nor the copy of its partition table at the end may come back while the image is not whole.
blank() {
  dd if=/dev/zero of="/dev/$1" bs=1M count=1 conv=notrunc,fsync 2>/dev/null &&
    dd if=/dev/zero of="/dev/$1" bs=512 seek=$(($2 / 512 - 2048)) count=2048 conv=notrunc,fsync 2>/dev/null
}
