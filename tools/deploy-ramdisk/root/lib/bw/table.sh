# The partition table of the image, which is not on the disk yet: it is made ready in a file as long as the disk (with
# a hole for almost all of it), and goes to the disk as the very last thing. Until then nothing boots.
TABLE=/run/table

# hold_table BYTES: takes over the first MiB of the image, which `write` has held back.
hold_table() {
  rm -f "$TABLE"
  truncate -s "$1" "$TABLE" && dd if=/run/first of="$TABLE" conv=notrunc 2>/dev/null
}

# One partition a line: number, first sector, sectors.
partitions() {
  sfdisk --dump "$TABLE" 2>/dev/null | tr -d ' ' |
    sed -n 's/^[^:]*table\([0-9]*\):start=\([0-9]*\),size=\([0-9]*\),.*/\1 \2 \3/p'
}

# partition_node DISK NUMBER
partition_node() {
  case $1 in
  *[0-9]) echo "/dev/$1p$2" ;;
  *) echo "/dev/$1$2" ;;
  esac
}

# The kernel learns where the partitions are, though the disk does not say so.
show_partitions() {
  blockdev --rereadpt "/dev/$1" 2>/dev/null
  partitions | while read -r number start size; do addpart "/dev/$1" "$number" "$start" "$size"; done
}

# grow_partition DISK NUMBER: up to the next one, or to the end of the disk. The copy of a GPT moves to that end.
# 1 when it stays as it is; why is in /run/why-not.
grow_partition() {
  before=$(size_of "$2")
  if ! echo ', +' | sfdisk --quiet --no-reread --no-tell-kernel -N "$2" "$TABLE" 2>/run/sfdisk.err; then
    echo "its partition cannot be made larger: $(tail -n 1 /run/sfdisk.err)" >/run/why-not
    return 1
  fi
  after=$(size_of "$2")
  if [ "$after" -le "$before" ]; then
    echo 'there is no room behind its partition' >/run/why-not
    return 1
  fi
  resizepart "/dev/$1" "$2" "$after"
}

size_of() {
  partitions | sed -n "s/^$1 [0-9]* //p"
}

# put_table DISK SECTORS: the copy of a GPT first, the beginning of the disk last.
put_table() {
  if [ "$(dd if="$TABLE" bs=512 skip=$(($2 - 1)) count=1 2>/dev/null | head -c 8)" = 'EFI PART' ]; then
    dd if="$TABLE" of="/dev/$1" bs=512 skip=$(($2 - 33)) seek=$(($2 - 33)) count=33 conv=notrunc,fsync 2>/dev/null || return 1
  fi
  sync
  dd if="$TABLE" of="/dev/$1" bs=1M count=1 conv=notrunc,fsync 2>/dev/null
}
