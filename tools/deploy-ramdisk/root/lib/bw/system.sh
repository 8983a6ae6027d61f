# The tiny installed system: what stands in for a real one in tests. It reports what its disk carries.

run_system() {
  disk=$(area_disk) || {
    say 'no disk carries a configuration area'
    return
  }
  read_area "/dev/$disk" >/run/identity
  # shellcheck disable=SC1091
  . /run/identity
  if [ -z "$BW_INSTALL_ID" ]; then
    say "the image on $disk was never given an identity"
    return
  fi
  hostname "$BW_NODE"
  say "$BW_NODE runs from $disk: $BW_PROFILE, generation $BW_GENERATION"
  heed_power_button &
  until network_up "$BW_MAC"; do sleep 5; done
  boot=true
  while :; do
    body=$(report "$boot")
    if post "$BW_REPORT_URL" "$body" "X-Barewright-Signature: sha256=$(printf '%s' "$body" | hmac "$BW_REPORT_KEY")"; then
      [ "$boot" = true ] && say 'reported'
      boot=false
      adopt_configuration && continue
      sleep "${BW_REPORT_SECONDS:-300}"
    else
      say "the report was not taken: $(tail -n 1 /run/post.err)"
      sleep 3
    fi
  done
}

area_disk() {
  for name in $(disks); do
    has_area "/dev/$name" && echo "$name" && return 0
  done
  return 1
}

# The body of POST /report. Every value was held against a pattern before it came here.
report() {
  firmware=bios
  [ -d /sys/firmware/efi ] && firmware=uefi
  stacks=
  for stack in $BW_STACKS; do stacks="$stacks,{\"name\":\"$stack\",\"state\":\"ok\"}"; done
  printf '{"mac":"%s","boot":%s,"record":{"installId":"%s","profile":"%s","generation":%s,"installDigest":"%s","commit":"%s"},' \
    "$BW_MAC" "$1" "$BW_INSTALL_ID" "$BW_PROFILE" "$BW_GENERATION" "$BW_INSTALL_DIGEST" "$BW_COMMIT"
  printf '"configDigest":"%s","stacks":[%s],' "$BW_CONFIG_DIGEST" "${stacks#,}"
  printf '"facts":{"kernel":"%s","firmware":"%s","machineId":"%s","bootId":"%s","disk":"%s"}}' \
    "$(uname -r)" "$firmware" "$BW_INSTALL_ID" "$(cat /proc/sys/kernel/random/boot_id)" "$disk"
}

# The daemon answers with the configuration that is wanted. This system has none: it takes the name of the new one.
adopt_configuration() {
  wanted=$(sed -n 's/.*"configDigest":"\([0-9a-f]*\)".*/\1/p' /run/answer)
  [ -n "$wanted" ] && [ "$wanted" != "$BW_CONFIG_DIGEST" ] || return 1
  say "configuration $wanted"
  BW_CONFIG_DIGEST=$wanted
}

# An input event has 24 bytes; the first one of this device is the press.
heed_power_button() {
  for device in /sys/class/input/event*; do
    [ "$(cat "$device/device/name" 2>/dev/null)" = 'Power Button' ] || continue
    head -c 24 "/dev/input/${device##*/}" >/dev/null && say 'power button' && sync && poweroff -f
  done
}
