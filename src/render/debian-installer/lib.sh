# What the steps of an install share. Read by the installer's busybox sh; wget is GNU's.
# The answers hold the only secret, the callback's token: it never stands in the arguments of a program.
# shellcheck disable=SC1091
. /barewright/answers
umask 022

say() {
  logger -t barewright "$*"
}

# A machine that must not go on waits for somebody to switch it off. It never restarts into another try by itself.
rest() {
  say "at rest: $*"
  while :; do sleep 3600; done
}

# One line of any text as the inside of a JSON string, at most 250 bytes.
json_text() {
  printf '%s' "$*" | tr '\000-\037\177' ' ' | tr -cd '\040-\176' | cut -c 1-250 | sed 's/[\\"]/\\&/g'
}

# POSTs BODY to the callback NAME. 0: accepted. 1: refused, asking again is no use. 2: no answer.
post() {
  printf '%s\n' "$BW_CALLBACK_URL/$1" >"/tmp/barewright.url.$$"
  printf '%s' "$2" >"/tmp/barewright.body.$$"
  wget -q -S -T 20 -t 1 -O /dev/null --header='Content-Type: application/json' \
    --post-file="/tmp/barewright.body.$$" -i "/tmp/barewright.url.$$" >"/tmp/barewright.said.$$" 2>&1 && return 0
  grep -q 'HTTP/[0-9.]* 4' "/tmp/barewright.said.$$" && return 1
  return 2
}

# The same, again and again while nobody answers: at most $3 times.
post_patiently() {
  left=$3
  while :; do
    code=0
    post "$1" "$2" || code=$?
    left=$((left - 1))
    [ "$code" -ne 2 ] && return "$code"
    [ "$left" -le 0 ] && return 2
    sleep 3
  done
}

# tell_progress STEP PERCENT: only news.
tell_progress() {
  post progress "{\"step\":\"$(json_text "$1")\",\"percent\":$2}"
}

# Asks whether the disk may be lost now: the daemon accepts progress of its present, armed attempt only.
ask_leave() {
  post_patiently progress "{\"step\":\"$(json_text "$1")\",\"percent\":$2}" 20
}

tell_failed() {
  say "failed: $*"
  post_patiently failed "{\"why\":\"$(json_text "$*")\"}" 100 || say 'the daemon was not told'
}

# Until somebody accepts it, for ever: nothing else may end a finished install. 1 when it is refused.
tell_complete() {
  post_patiently complete '{}' 1000000
}

# Copies a tree's files and links into the new system; folders that are there keep their modes.
place_files() {
  [ -d "$1" ] || return 0
  (cd "$1" && find . -type f -o -type l) | while read -r file; do
    mkdir -p "/target/${file%/*}"
    rm -f "/target/$file"
    cp -a "$1/$file" "/target/$file"
  done
}

# add_user NAME GROUPS, groups with commas between: those that are not there are made.
add_user() {
  for group in $(echo "$2" | tr ',' ' '); do chroot /target groupadd -f -r "$group"; done
  chroot /target useradd -m -s /bin/bash ${2:+-G "$2"} "$1"
  [ -f "/barewright/keys/$1" ] || return 0
  mkdir -p "/target/home/$1/.ssh"
  cp "/barewright/keys/$1" "/target/home/$1/.ssh/authorized_keys"
  chmod 700 "/target/home/$1/.ssh"
  chmod 600 "/target/home/$1/.ssh/authorized_keys"
  chroot /target chown -R "$1:" "/home/$1/.ssh"
}

# Hashes come in a file of their own, `user:hash` a line.
set_passwords() {
  [ -f /barewright/passwords ] || return 0
  chroot /target chpasswd -e </barewright/passwords
}

# A file that sudo cannot read would lock everybody out.
check_sudoers() {
  [ -x /target/usr/sbin/visudo ] || return 0
  chroot /target visudo -cq
}

enable_console() {
  mkdir -p /target/etc/systemd/system/getty.target.wants
  ln -sf /lib/systemd/system/serial-getty@.service "/target/etc/systemd/system/getty.target.wants/serial-getty@$1.service"
}

# Cards are set up by systemd-networkd from now on; what the installer wrote for ifupdown goes.
use_networkd() {
  printf 'auto lo\niface lo inet loopback\n' >/target/etc/network/interfaces
  chroot /target systemctl enable systemd-networkd.service
}

# late_step NAME: a script of the site, run inside the new system.
late_step() {
  say "late step $1"
  mkdir -p /target/var/lib/barewright
  cp "/barewright/late/$1" /target/var/lib/barewright/late-step
  chmod 700 /target/var/lib/barewright/late-step
  code=0
  in-target env DEBIAN_FRONTEND=noninteractive "BW_NODE=$BW_NODE" "BW_DOMAIN=$BW_DOMAIN" "BW_PROFILE=$BW_PROFILE" \
    /var/lib/barewright/late-step || code=$?
  rm -f /target/var/lib/barewright/late-step
  [ "$code" -eq 0 ] || echo "late step $1 ended with $code"
  return "$code"
}
