# The infrastructure: broker, signer, hub, and per site an agent, a HAProxy and (once something runs) a stream of requests.
start_infrastructure() {
  chapter "starting signer, broker and hub in $STATE"
  make_certificates
  make_keys
  start_broker
  start_signer
  start_hub
}

# Signing keys: the release key, which only the signer's process ever reads, and those of people; and the authority of sites.
# The programs make them, so that no key passes through a shell.
make_keys() {
  "$BIN/depops-hub" signer init --config "$(signer_settings)" >>"$STATE/logs/signer.log" 2>&1 ||
    fail "depops-hub signer init refused (logs/signer.log)"
  "$BIN/depops-hub" init --make-ca --config "$(hub_settings)" 2>>"$STATE/logs/hub.log" |
    jq -er .adminToken >"$STATE/keys/token" || fail "depops-hub init refused (logs/hub.log)"
  make_trust_root
}

hub_settings() {
  local file=$STATE/hub/hub.yaml
  if [ ! -e "$file" ]; then
    mkdir -p "$STATE/hub/state"
    cat >"$file" <<END
stateDir: $STATE/hub/state
console: $ROOT/hub/console/dist
api:
  listen: 127.0.0.1:${PORT[hub]}
sites:
  listen: 127.0.0.1:${PORT[hub_artifacts]}
  cert: $CERTS/hub.pem
  key: $CERTS/hub.key
  clientsCa: $CERTS/sites-ca.pem
  ca: {cert: $CERTS/sites-ca.pem, key: $CERTS/sites-ca.key, crl: $STATE/hub/sites.crl}
  join:
    listen: 127.0.0.1:${PORT[hub_join]}
    brokerUrl: mqtts://127.0.0.1:${PORT[broker_sites]}
broker:
  url: mqtts://127.0.0.1:${PORT[broker_hub]}
  ca: $CERTS/infra-ca.pem
  cert: $CERTS/hub.pem
  key: $CERTS/hub.key
  pidFile: $STATE/broker/broker.pid
keys:
  public: $STATE/keys/hub.pub
signer:
  socket: $STATE/run/signer.sock
END
  fi
  echo "$file"
}

# The signer's own: the key, and whose word it asks for before it signs what would begin something.
signer_settings() {
  local file=$STATE/signer/signer.yaml
  if [ ! -e "$file" ]; then
    mkdir -p "$STATE/signer" && chmod 700 "$STATE/signer"
    cat >"$file" <<END
stateDir: $STATE/signer
socket: $STATE/run/signer.sock
keys:
  release: $STATE/signer/release.key
  public: $STATE/keys/hub.pub
trust:
  roots: [$STATE/trust/root]
END
  fi
  echo "$file"
}

start_signer() {
  start signer "$BIN/depops-hub" signer --config "$(signer_settings)"
  wait_until 10 "the signer listens" test -S "$STATE/run/signer.sock"
  must_run signer
}

# The hub itself writes the broker's settings and lists of rights, and prints the file to start mosquitto with.
start_broker() {
  local file
  file=$("$BIN/depops-hub" broker-config --config "$(hub_settings)" --directory "$STATE/broker" \
    --certificate "$CERTS/broker.pem" --key "$CERTS/broker.key" --sites-port "${PORT[broker_sites]}" \
    2>>"$STATE/logs/hub.log") || fail "depops-hub broker-config refused (logs/hub.log)"
  start broker mosquitto -c "$file"
  wait_until 10 "the broker listens" port_open "${PORT[broker_sites]}"
  must_run broker
}

start_hub() {
  start hub "$BIN/depops-hub" run --config "$(hub_settings)"
  wait_until 20 "the hub is ready" curl -sS --fail --max-time 2 "$HUB_URL/readyz"
  record hub_back "$(now_ms)"
  must_run hub
}

port_open() { (: </dev/tcp/127.0.0.1/"$1") 2>/dev/null; }

site_folder() { echo "$STATE/sites/$1"; }

# join_site NAME: what somebody at the hub and somebody at the site do, once. The first gets one command for the second, with a
# token that works once; the site makes its own keys and talks to no hub but the one whose authority that command names.
join_site() {
  local token command
  token=$STATE/keys/$1.token
  command=$(depops site enroll "$1" --environment "${ENVIRONMENT[$1]}" --token-file "$token" -o json | jq -er .command) ||
    fail "the hub enrolled no site $1 (logs/cli.log)"
  say "   depops site enroll $1 says what to run there:"
  say "     ${command/--directory */--directory $(site_folder "$1")}"
  run_join "$1" $command || fail "depops-agent join refused (logs/agent-$1.log)"
  rm "$token"
  echo "metrics: {listen: 127.0.0.1:${PORT[$1-metrics]}}" >>"$(site_folder "$1")/agent.yaml"
}

# run_join NAME COMMAND...: the printed words, but for the site's folder, its ports and what its HAProxy serves.
run_join() {
  local name=$1 words=("${@:3}")
  words[-1]=$(site_folder "$name")
  "$BIN/depops-agent" "${words[@]}" --port-range "${RANGE[$name]}" --bind "$SERVICE=127.0.0.1:${PORT[$name]}" \
    >>"$STATE/logs/agent-$name.log" 2>&1
}

start_site() {
  local folder
  folder=$(site_folder "$1")
  start "agent-$1" "$BIN/depops-agent" run --config "$folder/agent.yaml"
  wait_until 20 "the agent of $1 has written a configuration for HAProxy" test -s "$folder/haproxy/haproxy.cfg"
  must_run "agent-$1"
  supervise "haproxy-$1" haproxy -W -S "$folder/haproxy/master.sock,mode,600" -f "$folder/haproxy/haproxy.cfg"
  wait_until 20 "HAProxy of $1 listens" port_open "${PORT[$1]}"
}

start_streams() {
  local site
  say "sending $RPS requests per second to each site, half of them on new connections, none ever repeated"
  for site in "${SITES[@]}"; do
    start "stream-$site" "$BIN/depops-demo-stream" --url "http://127.0.0.1:${PORT[$site]}/" --rate "$RPS" \
      --log "$(stream_log "$site")"
  done
  wait_until 20 "every site answers" streams_answered
}

stop_streams() {
  local site
  for site in "${SITES[@]}"; do stop "stream-$site"; done
}
