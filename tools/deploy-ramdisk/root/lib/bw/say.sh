# Words for the console, and for JSON.

say() {
  echo "barewright $(cut -d' ' -f1 /proc/uptime): $*"
}

# Ends the subshell it is called in; what was said becomes the reason that the daemon hears.
fail() {
  say "failed: $*"
  echo "$*" >/run/why
  exit 1
}

# One line of any text as the inside of a JSON string, at most 250 bytes.
json_text() {
  printf '%s' "$*" | tr '\000-\037\177' ' ' | tr -cd '\040-\176' | cut -c 1-250 | sed 's/[\\"]/\\&/g'
}
