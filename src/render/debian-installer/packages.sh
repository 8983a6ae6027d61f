#!/bin/sh
# Before packages are chosen: the site's own repositories and certificates.
set -eu
. /barewright/lib.sh
[ -d /barewright/packages ] || [ -f /barewright/ca.pem ] || exit 0
if [ -f /barewright/ca.pem ]; then
  apt-install ca-certificates
  chroot /target update-ca-certificates
fi
place_files /barewright/packages
in-target apt-get update
