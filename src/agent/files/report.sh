# The body of POST /report.

# report BOOT: with the facts where BOOT is true, or where they are not those that were told last: host keys, say, may be
# made later in the boot.
report() {
  news=$FACTS
  [ "$1" = false ] && [ "$FACTS" = "$(cat "$RUN/facts" 2>/dev/null)" ] && news=
  printf '{"mac":"%s","boot":%s,"nonce":"%s","record":{"installId":"%s","profile":"%s","generation":%s,' \
    "$BW_MAC" "$1" "$(nonce)" "$BW_INSTALL_ID" "$BW_PROFILE" "$BW_GENERATION"
  printf '"installDigest":"%s","commit":"%s"},"configDigest":%s,' "$BW_INSTALL_DIGEST" "$BW_COMMIT" "$(config_json)"
  printf '"stacks":[%s],"facts":{%s}}' "$(stacks_json)" "$news"
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
