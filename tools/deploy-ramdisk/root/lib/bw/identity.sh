# What makes this machine's system another one than the same image's on the next machine. The root is on /mnt.

give_identity() {
  [ -d /mnt/etc ] || mkdir /mnt/etc || fail 'the root of the image cannot be written to'
  echo "$BW_NODE" >/mnt/etc/hostname || fail 'the root of the image cannot be written to'
  name_in_hosts
  forget_the_image
  copy_files /target || fail_to_copy
  give_network
  make_host_keys
}

# As Debian does: the machine's own name, whatever its addresses are.
name_in_hosts() {
  names=$BW_NODE
  [ -n "$BW_DOMAIN" ] && names="$BW_NODE.$BW_DOMAIN $BW_NODE"
  { sed '/^127\.0\.1\.1[[:space:]]/d' /mnt/etc/hosts 2>/dev/null || echo '127.0.0.1 localhost'; } >/run/hosts
  echo "127.0.1.1 $names" >>/run/hosts
  cat /run/hosts >/mnt/etc/hosts
}

# Whatever must not be the same twice. An empty machine-id is filled at the first boot (machine-id(5)).
forget_the_image() {
  [ -e /mnt/etc/machine-id ] && : >/mnt/etc/machine-id
  [ -L /mnt/var/lib/dbus/machine-id ] || rm -f /mnt/var/lib/dbus/machine-id
  rm -f /mnt/var/lib/systemd/random-seed /mnt/var/lib/systemd/credential.secret
  rm -f /mnt/etc/ssh/ssh_host_*_key /mnt/etc/ssh/ssh_host_*_key.pub
}

# Addresses, bonds and VLANs of the inventory, for a system that has a reader for them.
give_network() {
  [ -d /network ] || return 0
  if ! is_enabled systemd-networkd; then
    say 'the image does not use systemd-networkd: its own network configuration stays'
    return
  fi
  if is_enabled systemd-resolved || [ -L /mnt/etc/resolv.conf ]; then rm -f /network/etc/resolv.conf; fi
  copy_files /network || fail_to_copy
}

is_enabled() {
  for link in /mnt/etc/systemd/system/*.wants/"$1.service"; do
    [ -L "$link" ] && return
  done
  return 1
}

fail_to_copy() {
  fail "the files do not fit into the image: $(tail -n 1 /run/copy.err)"
}

# Files that came with the answers, with their modes. Folders that the image has keep theirs.
copy_files() {
  [ -d "$1" ] || return 0
  (
    cd "$1" && find . ! -type d | while read -r file; do
      mkdir -p "/mnt/${file%/*}" && rm -f "/mnt/$file" && cp -a "$file" "/mnt/$file" || exit 1
    done
  ) 2>/run/copy.err
}

# Debian makes them when its package is configured, and never at a boot.
make_host_keys() {
  [ -x /mnt/usr/bin/ssh-keygen ] && [ -d /mnt/etc/ssh ] || return 0
  in_image ssh-keygen -A >/run/keygen.out 2>&1 || fail "no SSH host keys can be made: $(tail -n 1 /run/keygen.out)"
}

# A program of the image, in the image.
in_image() {
  mount -o bind /dev /mnt/dev 2>/dev/null
  PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot /mnt "$@"
  outcome=$?
  umount /mnt/dev 2>/dev/null
  return "$outcome"
}
