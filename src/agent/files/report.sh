# The body of POST /report.

# report BOOT [NAME STATE]: with the facts where BOOT is true.
report() {
  printf '{"mac":"%s","boot":%s,"nonce":"%s","record":{"installId":"%s","profile":"%s","generation":%s,' \
    "$BW_MAC" "$1" "$(nonce)" "$BW_INSTALL_ID" "$BW_PROFILE" "$BW_GENERATION"
  printf '"installDigest":"%s","commit":"%s"},"configDigest":%s,' "$BW_INSTALL_DIGEST" "$BW_COMMIT" "$(config_json)"
  printf '"stacks":[%s],"facts":{%s}}' "$(stacks_json)" "$([ "$1" = false ] || facts | facts_json)"
}

# So that the answer to one report is none to another.
nonce() {
  tr -d '-' </proc/sys/kernel/random/uuid
}

facts_json() {
  comma=
  while read -r name text; do
    printf '%s"%s":"%s"' "$comma" "$name" "$(json_text "$text")"
    comma=,
  done
}

# What is carried: the configuration whose stacks were all applied.
config_json() {
  if [ -s "$STATE/config" ]; then printf '"%s"' "$(cat "$STATE/config")"; else printf null; fi
}
