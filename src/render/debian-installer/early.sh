#!/bin/sh
# Run by the installer before it does anything: hangs the steps in, and begins to watch.
set -eu
hook() {
  mkdir -p "${1%/*}"
  printf '#!/bin/sh\nexec sh /barewright/stage.sh %s\n' "$2" >"$1"
  chmod 755 "$1"
}
# With a new root file system, before the kernel is installed: its initramfs takes names of cards from there.
hook /usr/lib/base-installer.d/50barewright base
hook /usr/lib/pre-pkgsel.d/15barewright packages
# After the installer has copied its own network configuration.
hook /usr/lib/finish-install.d/80barewright late
# After everything is written and unmounted, before the restart.
hook /usr/lib/finish-install.d/96barewright complete

if [ -f /barewright/mirror.gpg ]; then
  cat /barewright/mirror.gpg >>/usr/share/keyrings/archive.gpg
fi
if [ -f /barewright/ca.pem ]; then
  cat /etc/ssl/certs/ca-certificates.crt /barewright/ca.pem >/etc/ssl/barewright.pem 2>/dev/null || true
  echo 'ca_certificate = /etc/ssl/barewright.pem' >>/etc/wgetrc
fi

sh /barewright/watch.sh </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- &
