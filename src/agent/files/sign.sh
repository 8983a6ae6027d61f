# HMAC-SHA-256 (RFC 2104) with sha256sum(1) and the shell's own printf: a minimal system has nothing else, and no key
# comes to stand on a command line. The key is 64 hexadecimal digits, taken as text: exactly one block of SHA-256.

# hmac KEY <MESSAGE: prints 64 hexadecimal digits.
hmac() (
  inner=$({ key_xor "$1" 54 && cat; } | sha256sum)
  { key_xor "$1" 92 && hex_bytes "${inner%% *}"; } | sha256sum | cut -c 1-64
)

# The characters of the key $1, each XOR $2.
key_xor() {
  rest=$1
  while [ -n "$rest" ]; do
    digit=${rest%"${rest#?}"}
    rest=${rest#?}
    case $digit in
    [0-9]) put_byte $(((48 + digit) ^ $2)) ;;
    *) put_byte $(((87 + 0x$digit) ^ $2)) ;;
    esac
  done
}

# The bytes that hexadecimal digits stand for.
hex_bytes() {
  rest=$1
  while [ -n "$rest" ]; do
    pair=${rest%"${rest#??}"}
    rest=${rest#??}
    put_byte $((0x$pair))
  done
}

put_byte() {
  # shellcheck disable=SC2059 # An octal escape, made of digits.
  printf "\\$(($1 >> 6))$((($1 >> 3) & 7))$(($1 & 7))"
}
