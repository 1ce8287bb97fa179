# The report: every value from the hub's and agents' records and the streams' own logs.
console_address() { depops sign-in; }  # with a code that signs a browser in once

detected_ms() {  # ID: from the breach in the stream's log to weight 0
  local record limit exposed breach
  record=$(deployment "$1")
  limit=$(jq -r '[.measurements[] | select(.outcome == "fail")][0].limit // empty' <<<"$record")
  exposed=$(jq -r '.exposedAt // empty' <<<"$record")
  safe=$(jq -r '.safeAt // empty' <<<"$record")
  [ -n "$limit" ] && [ -n "$exposed" ] && [ -n "$safe" ] || { echo null; return; }
  breach=$(breach_time fra-1 "$(jq -r .version <<<"$record")" "$(to_ms "$exposed")" "$limit")
  if [ -n "$breach" ]; then echo $(($(to_ms "$safe") - breach)); else echo null; fi
}

failed_while_exposed() {  # ID
  local record
  record=$(deployment "$1")
  failed_between fra-1 "$(to_ms "$(jq -r .exposedAt <<<"$record")")" "$(to_ms "$(jq -r .safeAt <<<"$record")")"
}

failed_after() {  # ID: failures at the site from half a second after weight 0 until the next release began
  local record
  record=$(deployment "$1")
  failed_between fra-1 "$(($(to_ms "$(jq -r .safeAt <<<"$record")") + 500))" "$2"
}

# The hub was down for all of it: killed before the agent decided, back only after weight 0. Times of the events themselves.
hub_was_down() {
  local record
  record=$(deployment "$(recorded offline)")
  [ "$(to_ms "$(jq -r .detectedAt <<<"$record")")" -gt "$(recorded hub_killed)" ] &&
    [ "$(to_ms "$(jq -r .safeAt <<<"$record")")" -lt "$(recorded hub_back)" ]
}

final_weights() {
  depops get sites --limit 0 -o json | jq -c --arg service "$SERVICE" '[.items[] | {key: .name, value:
    ([.services[] | select(.service == $service) | .weights[] | select(.percent > 0) | {key: .version, value: .percent}] | from_entries)}]
    | from_entries'
}

report_line() {
  jq -nc --argjson good "$(deployment "$(recorded good)")" --argjson bad "$(deployment "$(recorded bad)")" \
    --argjson offline "$(deployment "$(recorded offline)")" --argjson detect "$(detected_ms "$(recorded bad)")" \
    --argjson failed "$(failed_while_exposed "$(recorded bad)")" --argjson weights "$(final_weights)" \
    --argjson down "$(hub_was_down && echo true || echo false)" --argjson requests "$(count_requests)" \
    --argjson errors "$(count_failures)" '{
      good: {deployment: $good.id, state: $good.state},
      bad: {deployment: $bad.id, state: $bad.state, reason: ($bad.failureReason // $bad.reason), detect_ms: $detect,
            failed_requests: $failed},
      offline: {deployment: $offline.id, state: $offline.state, hub_down: $down},
      requests: $requests, user_errors: $errors, final_weights: $weights}'
}

story_went_well() {  # JSON
  jq -e '.good.state == "completed" and .bad.state == "rolled_back" and .offline.state == "rolled_back" and .offline.hub_down' \
    <<<"$1" >/dev/null
}

stay_or_report() {
  say ""
  if [ "$ONCE" = no ]; then
    say "console: $(console_address)"
    say "Ctrl-C ends everything."
    while :; do wait -n || sleep 1; done
  fi
  stop_streams
  LAST_LINE=$(report_line)
  record result.json "$LAST_LINE"
  story_went_well "$LAST_LINE"
  exit
}
