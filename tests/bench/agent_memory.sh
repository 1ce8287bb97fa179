#!/bin/bash
# Idle agent: proportional set size of the depops-agent whose process id is in AGENT_PID, as DESIGN demands it to be taken:
# the only agent on the machine, ten minutes after its start, heartbeat and scraping on. AGENT_AGE_S (default 600) says at which
# age it is read; an agent younger than that is waited for.
set -u
pid=${AGENT_PID:?set AGENT_PID to the process id of the only depops-agent on this machine}
age_wanted=${AGENT_AGE_S:-600}

age() { ps -o etimes= -p "$pid" | tr -d ' '; }

pss_kib() { awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup"; }

[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = depops-agent ] || { echo "process $pid is no depops-agent" >&2; exit 1; }
[ "$(pgrep -cx depops-agent)" = 1 ] || { echo "there are other agents on this machine: pages would be shared" >&2; exit 1; }
while [ "$(age)" -lt "$age_wanted" ]; do sleep 1; done
pss=$(pss_kib) || exit 1
jq -nc --argjson value "$pss" --argjson age "$(age)" \
  '{bench: "idle_agent_memory", value: $value, unit: "KiB PSS", limit: 10240, limit_of: "the bar of DESIGN section 8", age_s: $age}'
