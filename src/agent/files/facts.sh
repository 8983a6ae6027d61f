# What the machine is: pairs for the `facts` of a report. SYS, PROC and SSH may be set by a test.
SYS=${SYS:-/sys}
PROC=${PROC:-/proc}
SSH=${SSH:-/etc/ssh}

facts() {
  fact bootId "$(first "$PROC/sys/kernel/random/boot_id")"
  fact kernel "$(uname -r)"
  firmware=bios
  [ -d "$SYS/firmware/efi" ] && firmware=uefi
  fact firmware "$firmware"
  fact machineId "$(first /etc/machine-id)"
  fact os "$(sed -n 's/^PRETTY_NAME="*\([^"]*\)"*$/\1/p' /etc/os-release 2>/dev/null)"
  for name in sys_vendor product_name product_serial bios_version; do
    fact "dmi.$name" "$(first "$SYS/class/dmi/id/$name")"
  done
  fact cpus "$(getconf _NPROCESSORS_ONLN 2>/dev/null)"
  fact memory "$(sed -n 's/^MemTotal: *//p' "$PROC/meminfo")"
  disk_facts | head -n 24
  card_facts | head -n 24
  gpu_facts | head -n 16
  key_facts
}

# One line of a name and a text; nothing where there is nothing to say.
fact() {
  [ -z "$2" ] || printf '%s %s\n' "$(printf '%s' "$1" | tr -c 'A-Za-z0-9_.-' '_' | cut -c 1-40)" "$2"
}

first() {
  head -n 1 "$1" 2>/dev/null
}

disk_facts() {
  for block in "$SYS"/block/*; do
    name=${block##*/}
    case $name in
    loop* | ram* | zram* | sr* | fd* | dm-* | md* | nbd*) continue ;;
    esac
    [ "$(first "$block/size")" -gt 0 ] 2>/dev/null || continue
    model=$(first "$block/device/model" | sed 's/ *$//')
    serial=$(first "$block/serial")
    [ -n "$serial" ] || serial=$(first "$block/device/serial")
    [ -n "$serial" ] || serial=$(first "$block/device/wwid")
    fact "disk.$name" "$(($(first "$block/size") * 512)) bytes${model:+, $model}${serial:+, serial $(echo "$serial" | tr -d ' ')}"
  done
}

# Cards of the machine; bridges, bonds and the like have no device behind them.
card_facts() {
  for card in "$SYS"/class/net/*; do
    [ -e "$card/device" ] || continue
    fact "nic.${card##*/}" "$(first "$card/address")"
  done
}

# Display controllers and 3D accelerators, by their PCI class.
gpu_facts() {
  for device in "$SYS"/bus/pci/devices/*; do
    case $(first "$device/class") in
    0x0300* | 0x0302* | 0x0380* | 0x1200*) ;;
    *) continue ;;
    esac
    driver=$(readlink "$device/driver")
    fact "gpu.${device##*/}" "$(first "$device/vendor"):$(first "$device/device")${driver:+, driver ${driver##*/}}"
  done
}

# Public keys by which the machine can be known; those of RSA are longer than a fact.
key_facts() {
  for type in ed25519 ecdsa; do
    fact "sshHostKey.$type" "$(cut -d ' ' -f 1,2 "$SSH/ssh_host_${type}_key.pub" 2>/dev/null)"
  done
}
