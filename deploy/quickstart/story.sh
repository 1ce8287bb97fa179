# The story: four releases of the service checkout, told with the depops command as a person would use it.
SERVICE=checkout

depops() { "$BIN/depops" "$@" 2>>"$STATE/logs/cli.log"; }

# begin COMMAND...: starts a deployment and prints its id.
begin() {
  depops "$@" -o json | jq -er .id
}

deployment() { depops describe deployment "$1" -o json; }

state_of() { deployment "$1" | jq -er .state; }

has_ended() {
  case "$(state_of "$1")" in completed | rolled_back | aborted | cancelled | expired | failed) return 0 ;; esac
  return 1
}

# follow ID SECONDS STATE: tells each new event in plain words until the deployment ends, which must be in that state.
follow() {
  local id=$1 deadline=$(($(now_ms) + $2 * 1000)) shown=0 reached
  until has_ended "$id"; do
    shown=$(tell_events "$id" "$shown")
    [ "$(now_ms)" -lt "$deadline" ] || fail "deployment $id did not end in $2 s; it is $(state_of "$id")"
    sleep 0.2
  done
  tell_events "$id" "$shown" >/dev/null
  reached=$(state_of "$id")
  [ "$reached" = "$3" ] || fail "deployment $id ended as $reached, expected $3: $(deployment "$id" | jq -r .reason)"
}

tell_events() {  # ID SHOWN: says the events after the first SHOWN to the terminal, prints how many there are now
  local events count
  events=$(depops events "$1" --limit 0 -o json | jq -ec '.items') || { echo "$2"; return; }
  count=$(jq length <<<"$events")
  jq -r --argjson shown "$2" '.[$shown:][] | "   " + (.site // "hub") + ": " + .text' <<<"$events" |
    while read -r line; do say "   $line"; done >&2
  echo "$count"
}

wait_for_sites() {
  say "waiting until the three sites are connected"
  wait_until 60 "all sites are connected" all_connected
}

all_connected() {
  [ "$(depops get sites --limit 0 -o json | jq '[.items[] | select(.connectivity == "connected")] | length')" = ${#SITES[@]} ]
}

release_everywhere() {  # VERSION: first deployment
  local id
  for environment in staging production; do
    say "deploying $1 to $environment: nothing runs there yet, so the strategy is skipped"
    if [ "$environment" = staging ]; then
      id=$(begin deploy "$SERVICE" "$1" -e staging) || fail "the deployment was refused (logs/cli.log)"
    else
      id=$(begin promote "$SERVICE" --from staging --to production) || fail "the promotion was refused (logs/cli.log)"
      approve "$id"
    fi
    follow "$id" 90 completed
  done
}

to_staging() {  # VERSION
  local id
  say "deploying $1 to staging, one process after the other"
  id=$(begin deploy "$SERVICE" "$1" -e staging) || fail "the deployment was refused (logs/cli.log)"
  follow "$id" 90 completed
}

to_production() {  # NAME VERSION: starts it and records its id under that name
  say "promoting $2 to production: canary 10 -> 50 -> 100 %, judged every $INTERVAL, one site after the other"
  record "$1" "$(begin promote "$SERVICE" --from staging --to production)"
  [ -n "$(recorded "$1")" ] || fail "the promotion was refused (logs/cli.log)"
  approve "$(recorded "$1")"
}

patience() { echo $((120 + STEP_MS * 8 / 1000)); }  # seconds for two sites of three steps

good_release() {
  chapter "1.1 is good"
  publish_version 1.1
  to_staging 1.1
  to_production good 1.1
  follow "$(recorded good)" "$(patience)" completed
}

bad_release() {
  chapter "1.2 fails $ERROR_SHARE of its requests, but only in production"
  publish_version 1.2
  to_staging 1.2
  to_production bad 1.2
  follow "$(recorded bad)" "$(patience)" rolled_back
  tell_verdict "$(recorded bad)"
}

tell_verdict() {
  deployment "$1" | jq -r '"   counted as a change failure: " + (.failureReason // .reason),
    ([.measurements[] | select(.outcome == "fail")][0] | select(.) | "   " + .sentence)' | while read -r line; do say "   $line"; done
}

offline_release() {
  chapter "1.3 has the same fault, and the hub dies while its canary is judged"
  publish_version 1.3
  to_staging 1.3
  to_production offline 1.3
  wait_until 60 "the canary of 1.3 has taken requests" answered_by fra-1 1.3 3
  kill_hub
  say "killed the hub; the agent at fra-1 is alone with the canary"
  wait_until 60 "the agent's own metrics show weight 0 for 1.3" agent_weight_is_zero fra-1 1.3
  say "the agent judged, and rolled back, alone; starting the hub again"
  start_hub
  follow "$(recorded offline)" 60 rolled_back
  tell_verdict "$(recorded offline)"
}

kill_hub() {
  record hub_killed "$(now_ms)"
  kill -KILL "${PID[hub]}"
  wait "${PID[hub]}" 2>/dev/null
  unset 'PID[hub]'
}

# agent_weight_is_zero SITE VERSION: by the agent's own metrics, asked at its own port.
agent_weight_is_zero() {
  curl -sS --max-time 2 "http://127.0.0.1:${PORT[$1-metrics]}/metrics" |
    awk -v version="version=\"$2\"" '/^depops_[a-z_]*weight[a-z_]*[{]/ && index($0, version) { seen = 1; if ($NF + 0 != 0) bad = 1 }
      END { exit !(seen && !bad) }'
}

tell_story() {
  chapter "the sites"
  register_everything
  wait_for_sites
  chapter "1.0 is deployed everywhere"
  publish_version 1.0
  release_everywhere 1.0
  start_streams
  good_release
  bad_release
  offline_release
  record story_end "$(now_ms)"
  wait_until 30 "the hub has heard from every site since the last rollout ended" heard_since_the_end
}

# What the hub says of a site is as old as the site's last word.
heard_since_the_end() {
  local asof
  for asof in $(depops get sites --limit 0 -o json | jq -r '.items[].healthAsOf'); do
    [ "$(to_ms "$asof")" -gt "$(recorded story_end)" ] || return 1
  done
}
