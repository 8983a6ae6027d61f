# Which disk is meant. There is no udev here: names below /dev/disk/by-id are worked out as its rules do
# (systemd: rules.d/60-persistent-storage.rules). SYS may be set by a test.
SYS=${SYS:-/sys}

# Names of the disks that an image may be written to: whole, writable, not removable, not empty.
disks() {
  for block in "$SYS"/block/*; do
    case ${block##*/} in
    loop* | ram* | zram* | sr* | fd* | dm-* | md* | nbd* | mmcblk*boot*) continue ;;
    esac
    # Neither sticks nor the virtual media of a BMC.
    case $(readlink -f "$block") in */usb*) continue ;; esac
    [ "$(attribute "$block/removable")" = 0 ] || continue
    [ "$(attribute "$block/ro")" = 0 ] || continue
    [ "$(attribute "$block/size")" -gt 0 ] 2>/dev/null || continue
    echo "${block##*/}"
  done
}

attribute() {
  cat "$1" 2>/dev/null
}

# As udev does: no white space at the ends, one underscore for every run inside.
slug() {
  tr -d '\000' | sed -n '1{s/^[[:space:]]*//;s/[[:space:]]*$//;s/[[:space:]][[:space:]]*/_/g;p;}'
}

# Every by-id name of a disk, one a line.
ids_of() {
  block=$SYS/block/$1
  case $1 in
  vd*)
    serial=$(attribute "$block/serial" | slug)
    [ -n "$serial" ] && echo "virtio-$serial"
    ;;
  nvme*)
    wwid=$(attribute "$block/wwid" | slug)
    [ -n "$wwid" ] && echo "nvme-$wwid"
    model=$(attribute "$block/device/model" | slug)
    serial=$(attribute "$block/device/serial" | slug)
    [ -n "$model$serial" ] && echo "nvme-${model}_$serial" && echo "nvme-${model}_${serial}_${1##*n}"
    ;;
  sd*)
    wwid=$(attribute "$block/device/wwid" | slug)
    case $wwid in
    naa.*) echo "wwn-0x${wwid#naa.}" && echo "scsi-3${wwid#naa.}" ;;
    esac
    # Page 0x83 of an ATA disk: `ATA`, 40 characters of model, 20 of serial number. Its length before it reads as a `D`.
    tr -c ' -~' '\n' <"$block/device/vpd_pg83" 2>/dev/null | sed -n 's/^D*ATA     //p' | cut -c -60 | slug | sed 's/^/ata-/'
    vendor=$(attribute "$block/device/vendor" | slug)
    model=$(attribute "$block/device/model" | slug)
    serial=$(tr -c ' -~' '\n' <"$block/device/vpd_pg80" 2>/dev/null | grep . | tail -n 1 | slug)
    [ -n "$serial" ] && echo "scsi-0${vendor}_${model}_$serial" && echo "scsi-S${vendor}_${model}_$serial"
    ;;
  esac
}

# Prints the name of the one disk that `$1` means: a device, a by-id name, or, where it is empty, the only one there is.
# Says why on standard error and returns 1 when that is not clear.
choose_disk() {
  case $1 in
  '') candidates=$(disks) ;;
  /dev/disk/by-id/*) candidates=$(for name in $(disks); do ids_of "$name" | grep -qxF "${1##*/}" && echo "$name"; done) ;;
  *) candidates=$(disks | grep -xF "${1#/dev/}") ;;
  esac
  # shellcheck disable=SC2086 # One word a name.
  set -- "$1" $candidates
  case $#,$1 in
  2,*) echo "$2" ;;
  1,) echo 'there is no disk' >&2 && return 1 ;;
  1,*) echo "there is no disk $1; there are: $(disks | tr '\n' ' ')" >&2 && return 1 ;;
  *) shift && echo "the profile names no disk, or not only one, and there are several: $*" >&2 && return 1 ;;
  esac
}
