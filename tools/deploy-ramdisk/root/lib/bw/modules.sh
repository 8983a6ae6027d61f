# Kernel modules: /modules/order and /modules/late name files in the order they need.

load_modules() {
  load_from /modules/order
}

load_late_modules() {
  load_from /modules/late
}

# A module that finds no hardware, or was loaded before, is no failure.
load_from() {
  while read -r module; do
    insmod "/modules/$module" 2>/dev/null
  done <"$1"
}
