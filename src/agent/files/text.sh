# Words for JSON.

# One line of any text as the inside of a JSON string, at most 250 bytes.
json_text() {
  printf '%s' "$*" | tr '\000-\037\177' ' ' | tr -cd '\040-\176' | cut -c 1-250 | sed 's/[\\"]/\\&/g'
}
