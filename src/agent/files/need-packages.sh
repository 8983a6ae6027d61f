#!/bin/sh
# need-packages NAME…: for a stack's apply.sh. Installs those that are not there yet, and does nothing when all are.
set -eu
export DEBIAN_FRONTEND=noninteractive

missing=
for name; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$name" 2>/dev/null) || status=none
  [ "$status" = installed ] || missing="$missing $name"
done
[ -n "$missing" ] || exit 0

# A run that was ended in the middle leaves packages half done. Where dpkg is busy it says no, and nobody was ended.
dpkg --force-confold --configure -a || true
apt-get --quiet --option DPkg::Lock::Timeout=300 update
# shellcheck disable=SC2086 # One word a package.
exec apt-get --quiet --yes --no-install-recommends --option DPkg::Lock::Timeout=300 \
  --option Dpkg::Options::=--force-confold --option Dpkg::Options::=--force-confdef install $missing
