#!/bin/bash
# Memory of an agent, as proportional set size (PSS), the way the design demands it: the only agent on the machine, ten minutes
# after its start, heartbeat and scraping on, one service running; and the most it takes while it carries a canary.
#
# Starts all it needs: broker, signer, hub, HAProxy and one agent. What stands elsewhere in production is ended before a reading, so
# that no page counts as shared with it: the hub once the service runs, the broker at the moment of the reading, when the agent is
# held still: what it would do about a broken connection is not idle. The service and its requests are a Python script, which
# shares no library of ours with the agent.
# DEPOPS_BENCH_AGE_S (default 600) says at which age it is read; only the default is the figure that counts.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
ROOT=$PWD
BIN=${DEPOPS_BIN:-$ROOT/build/release/bin}
AGE_WANTED=${DEPOPS_BENCH_AGE_S:-600}
CANARY_S=${DEPOPS_BENCH_CANARY_S:-30}
SITES=(fra-1)
declare -A ENVIRONMENT=([fra-1]=production)
for part in arguments terminal ports processes certificates trust services registry story; do
  . "deploy/quickstart/$part.sh"
done
SERVICE=nothing
HEARTBEAT_S=30

say() { echo "$*" >&3; }  # standard output carries figures only

fail() {
  echo "agent_memory: $*" >&2
  tail -n 5 "$STATE"/logs/*.log >&2
  exit 1
}

write_pipeline_file() {
  cat >"$STATE/pipeline.yaml" <<END
apiVersion: depops/v1
kind: Pipeline
metadata: {name: $SERVICE}
spec:
  workload:
    process:
      command: [bin/service]
      readiness: {http: {path: /ready}, interval: 200ms, timeout: 1s}
      replicas: 2
      drain: 1s
  environments:
    - name: production
      strategy:
        canary:
          stepTimeout: 2m
          steps:
            - setWeight: 20
            - analysis: {template: $SERVICE, duration: ${CANARY_S}s}
            - setWeight: 100
---
apiVersion: depops/v1
kind: AnalysisTemplate
metadata: {name: $SERVICE}
spec:
  metrics:
    - {name: errors, provider: {haproxy: {}}, test: {errors: {alpha: 0.05, toleratedRatio: 1}}, interval: 1s, minRequests: 20}
    - {name: answers, provider: {scrape: {path: /metrics, value: answers_total}}, failWhen: result < 0, interval: 1s, minRequests: 0}
END
}

publish_service() {  # VERSION
  local folder=$STATE/artifacts/$1
  mkdir -p "$folder/bin"
  install -m 755 tests/bench/memory/service.py "$folder/bin/service"
  tar --create --file "$folder.tar" --directory "$folder" --owner=0 --group=0 --numeric-owner bin
  depops publish "$SERVICE" "$1" --artifact "$folder.tar" --commit abcdef0 --committed-at 2026-11-01T10:00:00Z >/dev/null ||
    fail "the hub refused version $1"
}

register_place() {
  depops context set bench --hub "$HUB_URL" --token-file "$STATE/keys/token" --use >/dev/null &&
    depops trust push "$STATE/trust/root" >/dev/null &&
    depops env create production --tier production >/dev/null &&
    depops apply -f "$STATE/pipeline.yaml" >/dev/null || fail "the hub refused environment or pipeline"
}

start_agent() {
  join_site fra-1
  echo "heartbeatSeconds: $HEARTBEAT_S" >>"$(site_folder fra-1)/agent.yaml"
  start_site fra-1
}

# What runs at other places in production.
start_what_is_elsewhere() {
  start_broker
  start_signer
  start_hub
}

end_what_is_elsewhere() {
  local name pid
  for name in hub signer broker; do
    pid=${PID[$name]:-}
    [ -n "$pid" ] || continue
    kill -KILL "$pid" && wait "$pid" 2>/dev/null
    unset "PID[$name]"
  done
}

field() { awk -v name="$1:" '$1 == name { print $2; exit }' "/proc/${PID[agent-fra-1]}/$2"; }
pss() { field Pss smaps_rollup; }
age() { ps -o etimes= -p "${PID[agent-fra-1]}" | tr -d ' '; }
scrape() { curl -sS --max-time 5 "http://127.0.0.1:${PORT[fra-1-metrics]}/metrics" >/dev/null; }

print_figure() {  # BENCH VALUE BAR_KIB VALUE_BESIDE_BROKER
  jq -nc --arg bench "$1" --argjson value "$2" --argjson bar "$3" --argjson age "$(age)" --argjson agents "$(pgrep -cx depops-agent)" \
    --argjson threads "$(field Threads status)" --argjson with_broker "$4" --argjson rss "$(field Rss smaps_rollup)" \
    --argjson anonymous "$(field Pss_Anon smaps_rollup)" \
    '{bench: $bench, value: $value, unit: "KiB PSS", limit: $bar, limit_of: "the bar of the design, section 8", age_s: $age,
      agents_on_machine: $agents, pss_beside_broker_kib: $with_broker, rss_kib: $rss, pss_anonymous_kib: $anonymous, threads: $threads}'
}

read_idle() {
  local beside
  while [ "$(age)" -lt "$AGE_WANTED" ]; do
    [ $(($(date +%s) % 15)) != 0 ] || scrape
    sleep 1
  done
  if [ "$AGE_WANTED" -ge 600 ] && [ "$(pgrep -cx depops-agent)" != 1 ]; then
    fail "there are other agents on this machine: pages would be shared"
  fi
  beside=$(pss)
  kill -STOP "${PID[agent-fra-1]}"
  end_what_is_elsewhere
  print_figure idle_agent_memory "$(pss)" 10240 "$beside"
  kill -CONT "${PID[agent-fra-1]}"
}

PEAK=0
look() { local now; now=$(pss); if [ "$now" -gt "$PEAK" ]; then PEAK=$now; fi; }

look_until() {  # SECONDS COMMAND...
  local deadline=$(($(now_ms) + $1 * 1000))
  shift
  until "$@" >/dev/null 2>&1; do
    look
    [ "$(now_ms)" -lt "$deadline" ] || return 1
    sleep 0.2
  done
}

in_analysis() { deployment "$ID" | jq -e '.rollouts[0].phase == "analyzing"'; }

# Once the canary is being judged the site is left alone with it; the agent ends the judgement by itself.
read_canary() {
  start_what_is_elsewhere
  wait_until 60 "the site is connected again" all_connected
  start requests python3 tests/bench/memory/service.py requests "${PORT[fra-1]}" 100
  publish_service 2.0
  ID=$(begin deploy "$SERVICE" 2.0 -e production) || fail "the deployment was refused"
  approve "$ID"
  look_until 90 in_analysis || fail "the canary is not judged after 90 s: $(deployment "$ID")"
  local beside
  beside=$(pss)
  end_what_is_elsewhere
  look_until $((CANARY_S + 5)) false
  print_figure canary_agent_memory "$PEAK" 16384 "$beside"
  start_what_is_elsewhere
  wait_until 120 "the canary has ended" has_ended "$ID"
  [ "$(state_of "$ID")" = completed ] || fail "the canary ended as $(state_of "$ID"), not completed"
}

main() {
  make_state
  trap 'end_everything' EXIT
  trap 'exit 130' INT TERM HUP
  take_ports
  make_certificates
  make_keys
  start_what_is_elsewhere
  write_pipeline_file
  register_place
  start_agent
  wait_until 60 "the site is connected" all_connected
  publish_service 1.0
  ID=$(begin deploy "$SERVICE" 1.0 -e production) || fail "the deployment was refused"
  approve "$ID"
  wait_until 60 "the service runs" has_ended "$ID"
  [ "$(state_of "$ID")" = completed ] || fail "the first deployment ended as $(state_of "$ID")"
  stop hub
  read_idle
  read_canary
}

main
