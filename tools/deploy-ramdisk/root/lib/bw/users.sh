# The accounts of the profile. /users has one a line: name, groups with commas or -, sudo or -, password hash or -.
# /keys/NAME holds the public keys of one.

make_users() {
  [ -s /users ] || return 0
  [ -x /mnt/usr/sbin/useradd ] || fail 'the image cannot be given users: it has no useradd'
  while read -r name groups sudo hash; do
    make_user "$name" "$groups" "$sudo" "$hash" || fail "the user $name cannot be made: $(tail -n 1 /run/user.err)"
  done </users
}

make_user() {
  : >/run/user.err
  if ! in_image id -u "$1" >/dev/null 2>&1 </dev/null; then
    shell=/bin/sh
    [ -x /mnt/bin/bash ] && shell=/bin/bash
    in_image useradd --create-home --shell "$shell" "$1" 2>/run/user.err </dev/null || return 1
  fi
  for group in $(echo "${2#-}" | tr , ' '); do
    in_image groupadd --force --system "$group" 2>/run/user.err </dev/null &&
      in_image usermod --append --groups "$group" "$1" 2>/run/user.err </dev/null || return 1
  done
  # By standard input: what stands on a command line, everybody can read.
  [ "$4" = - ] || echo "$1:$4" | in_image chpasswd --encrypted 2>/run/user.err || return 1
  [ "$3" = - ] || may_use_sudo "$1" || return 1
  [ ! -s "/keys/$1" ] || give_keys "$1" 2>/run/user.err
}

may_use_sudo() {
  if [ ! -d /mnt/etc/sudoers.d ]; then
    echo 'the image has no sudo' >/run/user.err
    return 1
  fi
  echo "$1 ALL=(ALL:ALL) NOPASSWD: ALL" >"/mnt/etc/sudoers.d/barewright-$1" && chmod 440 "/mnt/etc/sudoers.d/barewright-$1"
}

give_keys() {
  home=$(grep "^$1:" /mnt/etc/passwd | cut -d : -f 6)
  owner=$(grep "^$1:" /mnt/etc/passwd | cut -d : -f 3,4)
  [ -n "$home" ] && mkdir -p "/mnt$home/.ssh" && cat "/keys/$1" >"/mnt$home/.ssh/authorized_keys" &&
    chmod 700 "/mnt$home/.ssh" && chmod 600 "/mnt$home/.ssh/authorized_keys" &&
    chown -R "$owner" "/mnt$home/.ssh"
}
