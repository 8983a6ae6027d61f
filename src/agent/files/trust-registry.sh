#!/bin/sh
# trust-registry [check]: for the scripts of a stack with `inputs: [registry]`. Has Docker, Podman and other engines trust the
# site's own registry, and gives root the login of this node. With `check`: whether it is so. Nothing where there is none.
#
# The password was never sent: the daemon makes the same one of the key of this install. It stands on no command line.
set -eu
umask 077
home=${0%/bin/trust-registry}
root=${home%/usr/local/lib/barewright}
[ -n "$BW_OWN_REGISTRY" ] || exit 0
# shellcheck disable=SC1091
. "$home/sign.sh"

certificate=$root/etc/docker/certs.d/$BW_OWN_REGISTRY/ca.crt
config=$root/root/.docker/config.json

main() {
  if [ "${1:-}" = check ]; then
    [ -z "$BW_OWN_REGISTRY_CA" ] || printf '%s\n' "$BW_OWN_REGISTRY_CA" | cmp -s - "$certificate"
    [ -z "$BW_OWN_REGISTRY_ROTATION" ] || is_logged_in
  else
    [ -z "$BW_OWN_REGISTRY_CA" ] || trust
    [ -z "$BW_OWN_REGISTRY_ROTATION" ] || log_in
  fi
}

password() {
  read -r key <"$root/etc/barewright/key"
  printf 'registry %s %s' "$BW_OWN_REGISTRY" "$BW_OWN_REGISTRY_ROTATION" | hmac "$key"
}

# As the file of logins has it.
login() {
  secret=$(password) || return 1
  printf '%s:%s' "$BW_OWN_REGISTRY_ACCOUNT" "$secret" | base64 | tr -d '\n'
}

# Engines read it anew for each request; everybody may.
trust() {
  (umask 022 && mkdir -p "${certificate%/*}")
  printf '%s\n' "$BW_OWN_REGISTRY_CA" >"$certificate.new"
  chmod 0644 "$certificate.new"
  mv "$certificate.new" "$certificate"
}

is_logged_in() {
  line=$(login) || return 1
  # Of a file, for no secret comes to stand on a command line.
  printf '"%s"\n' "$line" | grep -qF -f - "$config" 2>/dev/null
}

# A file with logins of others is left to the engine's own `login`, which keeps them.
log_in() {
  if [ ! -s "$config" ] || is_ours; then
    mkdir -p "${config%/*}"
    line=$(login) || return 1
    printf '{"auths":{"%s":{"auth":"%s"}}}\n' "$BW_OWN_REGISTRY" "$line" >"$config.new"
    mv "$config.new" "$config"
    return
  fi
  for engine in docker podman; do
    command -v "$engine" >/dev/null || continue
    password | "$engine" login --username "$BW_OWN_REGISTRY_ACCOUNT" --password-stdin "$BW_OWN_REGISTRY"
    return
  done
  echo "$config holds other logins, and there is no engine here that could add one" >&2
  return 1
}

# One line with one login: engines write it otherwise.
is_ours() {
  [ "$(wc -l <"$config")" -eq 1 ] && grep -q '^{"auths":{"[^"]*":{"auth":"[^"]*"}}}$' "$config"
}

main "$@"
