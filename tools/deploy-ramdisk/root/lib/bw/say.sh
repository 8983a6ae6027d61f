# Words for the console. Those for JSON are in text.sh (src/agent/files).

say() {
  echo "barewright $(cut -d' ' -f1 /proc/uptime): $*"
}

# Ends the subshell it is called in; what was said becomes the reason that the daemon hears.
fail() {
  say "failed: $*"
  echo "$*" >/run/why
  exit 1
}
