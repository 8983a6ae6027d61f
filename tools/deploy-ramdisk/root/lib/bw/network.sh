# The network: the card with the node's boot MAC, its address by DHCP.

# Waits for the card, since drivers find theirs in their own time. Prints its name.
card_of() {
  tries=0
  while [ "$tries" -lt 300 ]; do
    for card in /sys/class/net/*; do
      [ "$(cat "$card/address" 2>/dev/null)" = "$1" ] && basename "$card" && return 0
    done
    usleep 100000
    tries=$((tries + 1))
  done
  return 1
}

# Brings up the card with this MAC. The client stays in the background and renews the lease.
network_up() {
  card=$(card_of "$1") || return 1
  say "network card $card"
  ip link set lo up
  ip link set "$card" up
  tries=0
  until udhcpc -i "$card" -s /lib/bw/dhcp -n -t 8 -T 1 >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -ge 30 ] && return 1
    say 'no DHCP server answers; asking again'
    sleep 2
  done
  say "address $(cat /run/address)"
}
