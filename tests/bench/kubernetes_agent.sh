#!/bin/bash
# Memory and requests of an agent whose site is a namespace of a cluster with 5,000 pods, of which 200 are its own.
#
# Printed: requests to the API server for each minute in which nothing happens, memory (proportional set size) then, requests for
# each step of a canary, and the most memory over it.
#
# Starts all it needs: broker, signer, hub, one agent, and a cluster (kubernetes/crowded_cluster.cc). The agent runs with copies
# of its libraries, so that none of its pages counts as shared with what stands elsewhere in production. The rest begins when it has
# given back, once, the pages of its start.
# DEPOPS_BENCH_PODS, DEPOPS_BENCH_OWN, DEPOPS_BENCH_IDLE_S: pods, pods of ours, seconds of rest; only the defaults are the figures
# that count. The rest is long because watches last 5 to 10 minutes.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
ROOT=$PWD
REAL_BIN=${DEPOPS_BIN:-$ROOT/build/release/bin}
BIN=$REAL_BIN
CLUSTER=${DEPOPS_BENCH_CLUSTER:-$REAL_BIN/../tests/crowded_cluster}
PODS=${DEPOPS_BENCH_PODS:-5000}
OWN=${DEPOPS_BENCH_OWN:-200}
IDLE_S=${DEPOPS_BENCH_IDLE_S:-900}
SITES=(fra-1)
declare -A ENVIRONMENT=([fra-1]=production)
for part in arguments terminal ports processes certificates trust services registry story; do
  . "deploy/quickstart/$part.sh"
done
SERVICE=crowded
HEARTBEAT_S=30
STEPS=(10 50 100)
START_S=${DEPOPS_BENCH_START_S:-35}

say() { echo "$*" >&3; }  # standard output carries figures only

fail() {
  echo "kubernetes_agent: $*" >&2
  tail -n 5 "$STATE"/logs/*.log >&2
  exit 1
}

# apart PROGRAM: $STATE/apart/NAME runs it with its own copies of its libraries.
apart() {
  local library lib=$STATE/apart/lib
  mkdir -p "$lib"
  while read -r library; do
    cp -nL "$library" "$lib/"
  done < <(ldd "$1" | awk '$3 ~ /^\// { print $3 }')
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$lib" "$1" >"$STATE/apart/$(basename "$1")"
  chmod 755 "$STATE/apart/$(basename "$1")"
}

set_apart() {
  apart "$REAL_BIN/depops-agent"
  ln -s "$REAL_BIN/depops-fetch" "$REAL_BIN/depops" "$REAL_BIN/depops-hub" "$CLUSTER" "$STATE/apart/"
  BIN=$STATE/apart
}

start_cluster() {
  mkdir -p "$STATE/cluster"
  start cluster "$BIN/crowded_cluster" "$STATE/cluster" $((PODS - OWN))
  wait_until 120 "the cluster is there" test -s "$STATE/cluster/kubeconfig"
}

write_pipeline_file() {
  {
    cat <<END
apiVersion: depops/v1
kind: Pipeline
metadata: {name: $SERVICE}
spec:
  workload:
    kubernetes: {manifests: [k8s/], replicas: $OWN, drain: 1s}
  environments:
    - name: production
      strategy:
        canary:
          stepTimeout: 5m
          steps:
END
    printf '            - setWeight: %s\n            - pause: {}\n' "${STEPS[@]}"
  } >"$STATE/pipeline.yaml"
}

publish_manifests() {  # VERSION
  local folder=$STATE/artifacts/$1
  mkdir -p "$folder/k8s"
  cat >"$folder/k8s/app.yaml" <<END
apiVersion: apps/v1
kind: Deployment
metadata: {name: $SERVICE, labels: {app: $SERVICE}}
spec:
  selector: {matchLabels: {app: $SERVICE}}
  template:
    metadata: {labels: {app: $SERVICE}}
    spec:
      containers:
$(for name in web proxy; do
    printf '      - name: %s\n        image: registry.example.org/team/%s:%s\n        env:\n' "$name" "$name" "$1"
    for i in $(seq 16); do printf '        - {name: SETTING_NUMBER_%s, value: "a value of some length, number %s"}\n' "$i" "$i"; done
    [ "$name" = proxy ] || printf '        ports: [{containerPort: 8080}]\n'
  done)
END
  tar --create --file "$folder.tar" --directory "$folder" --owner=0 --group=0 --numeric-owner k8s
  depops publish "$SERVICE" "$1" --artifact "$folder.tar" --commit abcdef0 --committed-at 2026-11-01T10:00:00Z >/dev/null ||
    fail "the hub refused version $1"
}

register_place() {
  depops context set bench --hub "$HUB_URL" --token-file "$STATE/keys/token" --use >/dev/null &&
    depops trust push "$STATE/trust/root" >/dev/null &&
    depops env create production --tier production >/dev/null &&
    depops apply -f "$STATE/pipeline.yaml" >/dev/null || fail "the hub refused environment or pipeline"
}

# Without --bind: nobody divides requests here but the number of pods.
run_join() {
  local name=$1 words=("${@:3}")
  words[-1]=$(site_folder "$name")
  "$BIN/depops-agent" "${words[@]}" >>"$STATE/logs/agent-$name.log" 2>&1
}

start_agent() {
  local file
  file=$(site_folder fra-1)/agent.yaml
  join_site fra-1
  sed -i -e "s|^runtime:.*|runtime: {kubernetes: {kubeconfig: $STATE/cluster/kubeconfig, namespace: shop}}|" \
    -e "s|^router: none|router: {replicaRatio: {services: {$SERVICE: {service: $SERVICE}}}}|" "$file"
  echo "heartbeatSeconds: $HEARTBEAT_S" >>"$file"
  start agent-fra-1 "$BIN/depops-agent" run --config "$file"
}

field() { awk -v name="$1:" '$1 == name { print $2; exit }' "/proc/${PID[agent-fra-1]}/$2"; }
pss() { field Pss smaps_rollup; }

PEAK=0
look() { local now; now=$(pss); if [ "$now" -gt "$PEAK" ]; then PEAK=$now; fi; }

look_until() {  # SECONDS WHAT COMMAND...
  local deadline=$(($(now_ms) + $1 * 1000)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    look
    [ "$(now_ms)" -lt "$deadline" ] || fail "not after $what: $(deployment "$ID")"
    sleep 0.2
  done
}

has_started() { [ "$(ps -o etimes= -p "${PID[agent-fra-1]}" | tr -d ' ')" -ge "$START_S" ]; }
# By the step and not by the pause alone: from one pause to the next may take less time than a look at it.
is_paused_at() { deployment "$ID" | jq -e --argjson step "$1" '.state == "paused" and .rollouts[0].step == $step'; }
requests() { grep -c . "$STATE/cluster/requests"; }

print_memory() {  # BENCH VALUE
  jq -nc --arg bench "$1" --argjson value "$2" --argjson pods "$PODS" --argjson own "$OWN" \
    --argjson rss_most "$(field VmHWM status)" --argjson anonymous "$(field Pss_Anon smaps_rollup)" \
    --argjson threads "$(field Threads status)" \
    '{bench: $bench, value: $value, unit: "KiB PSS", limit: 16384, limit_of: "the bar for a cluster with 5,000 pods", pods: $pods,
      own_pods: $own, rss_most_kib: $rss_most, pss_anonymous_kib: $anonymous, threads: $threads}'
}

print_step() {  # WEIGHT FROM: the requests of a step, by verb
  tail -n +$(($2 + 1)) "$STATE/cluster/requests" | jq -Rnc --argjson weight "$1" --argjson own "$OWN" \
    '[inputs] | {bench: "kubernetes_requests_per_step", value: length, unit: "requests", limit: ($own * 2),
      limit_of: "one for each pod that comes or goes", weight: $weight, own_pods: $own,
      verbs: (map(split(" ")[0] + if test("/scale[?]") then " scale" elif test("watch=true") then " watch" else "" end)
        | group_by(.) | map({key: .[0], value: length}) | from_entries)}'
}

# A canary of version 2.0, a pause after each step.
read_canary() {
  local weight before step=1  # a pause stands behind each weight
  publish_manifests 2.0
  PEAK=0
  before=$(requests)
  ID=$(begin deploy "$SERVICE" 2.0 -e production) || fail "the deployment was refused"
  approve "$ID"
  for weight in "${STEPS[@]}"; do
    look_until 300 "the pause behind weight $weight" is_paused_at "$step"
    print_step "$weight" "$before"
    before=$(requests)
    depops rollout advance "$ID" >/dev/null || fail "no way past weight $weight"
    step=$((step + 2))
  done
  look_until 300 "the end of the canary" has_ended "$ID"
  [ "$(state_of "$ID")" = completed ] || fail "the canary ended as $(state_of "$ID"), not completed"
}

read_rest() {
  local before deadline
  wait_until 120 "nothing is asked any more" is_quiet
  before=$(requests)
  deadline=$(($(now_ms) + IDLE_S * 1000))
  while [ "$(now_ms)" -lt "$deadline" ]; do sleep 1; done
  tail -n +$((before + 1)) "$STATE/cluster/requests" | jq -Rnc --argjson seconds "$IDLE_S" --argjson pods "$PODS" \
    '[inputs] | {bench: "kubernetes_idle_requests", value: (length * 60 / $seconds), unit: "requests/min", limit: 4,
      limit_of: "the bar", pods: $pods, seconds: $seconds, requests: (map(split("?")[0]) | group_by(.) | map({key: .[0], value: length})
      | from_entries)}'
}

is_quiet() {
  local before
  before=$(requests)
  sleep 5
  [ "$(requests)" = "$before" ]
}

main() {
  make_state
  trap 'end_everything' EXIT
  trap 'exit 130' INT TERM HUP
  take_ports
  set_apart
  make_certificates
  make_keys
  start_broker
  start_signer
  start_hub
  start_cluster
  write_pipeline_file
  register_place
  start_agent
  wait_until 60 "the site is connected" all_connected
  publish_manifests 1.0
  ID=$(begin deploy "$SERVICE" 1.0 -e production) || fail "the deployment was refused"
  approve "$ID"
  look_until 300 "the service runs" has_ended "$ID"
  [ "$(state_of "$ID")" = completed ] || fail "the first deployment ended as $(state_of "$ID")"
  wait_until 60 "the agent is $START_S s old" has_started
  read_rest
  print_memory kubernetes_agent_memory_idle "$(pss)"
  read_canary
  print_memory kubernetes_agent_memory_canary "$PEAK"
}

main
