# The infrastructure: broker, signer, hub, and per site an agent, a HAProxy and (once something runs) a stream of requests.
start_infrastructure() {
  chapter "starting broker, hub and three sites in $STATE"
  make_certificates
  make_keys
  start_broker
  start_signer
  start_hub
  local site
  for site in "${SITES[@]}"; do start_site "$site"; done
}

# Signing keys: the release key, which only the signer's process ever reads, those of people, and one per site, which pins the
# trust root. The programs make them, so that no key passes through a shell.
make_keys() {
  local site
  "$BIN/depops-hub" signer init --config "$(signer_settings)" >>"$STATE/logs/signer.log" 2>&1 ||
    fail "depops-hub signer init refused (logs/signer.log)"
  "$BIN/depops-hub" init --config "$(hub_settings)" 2>>"$STATE/logs/hub.log" |
    jq -er .adminToken >"$STATE/keys/token" || fail "depops-hub init refused (logs/hub.log)"
  make_trust_root
  for site in "${SITES[@]}"; do
    "$BIN/depops-agent" init --config "$(site_settings "$site")" --trust-root "$STATE/trust/root" 2>>"$STATE/logs/agent-$site.log" |
      jq -er .publicKey >"$STATE/keys/$site.pub" || fail "depops-agent init refused (logs/agent-$site.log)"
  done
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
broker:
  url: mqtts://127.0.0.1:${PORT[broker_hub]}
  ca: $CERTS/infra-ca.pem
  cert: $CERTS/hub.pem
  key: $CERTS/hub.key
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

# The agent's settings. Runtime and router of a site are named here and in no pipeline.
site_settings() {
  local folder file
  folder=$(site_folder "$1")
  file=$folder/agent.yaml
  if [ ! -e "$file" ]; then
    mkdir -p "$folder/haproxy" "$folder/state"
    chmod 700 "$folder" "$folder/haproxy" "$folder/state"
    cat >"$file" <<END
site: $1
environment: ${ENVIRONMENT[$1]}
stateDir: $folder/state
broker:
  url: mqtts://127.0.0.1:${PORT[broker_sites]}
  ca: $CERTS/infra-ca.pem
  cert: $CERTS/$1.pem
  key: $CERTS/$1.key
hub:
  artifactsUrl: https://127.0.0.1:${PORT[hub_artifacts]}
  ca: $CERTS/infra-ca.pem
keys:
  signing: $STATE/keys/$1.key
  hub: $STATE/keys/hub.pub
trust:
  root: $folder/trust-root
runtime:
  process:
    portRange: ${RANGE[$1]}
router:
  haproxy:
    directory: $folder/haproxy
    services:
      $SERVICE:
        bind: 127.0.0.1:${PORT[$1]}
metrics:
  listen: 127.0.0.1:${PORT[$1-metrics]}
END
  fi
  echo "$file"
}

start_site() {
  local folder
  folder=$(site_folder "$1")
  start "agent-$1" "$BIN/depops-agent" run --config "$(site_settings "$1")"
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
