# The measurements in a size that takes seconds, as a test that they work: run by CTest with `bash`, and not executable, so that
# run.sh does not take it for a measurement. Every program must end well and print lines of JSON with figures above 0.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
PROGRAMS=$1  # the folder with bench_*
export DEPOPS_BIN=$2 DEPOPS_BENCH_AGE_S=5 DEPOPS_BENCH_CANARY_S=3
STATUS=0

check() {  # LINES_EXPECTED COMMAND...
  local expected=$1 lines
  shift
  if ! lines=$("$@"); then
    echo "not ok - $1 failed"
    STATUS=1
    return
  fi
  if jq -es --argjson expected "$expected" 'length == $expected and all(.[]; (.bench | type == "string") and (.unit | type == "string")
      and (.value > 0 or .bench == "kubernetes_idle_requests") and .limit > 0 and (.limit_of | type == "string"))' >/dev/null <<<"$lines"; then
    echo "ok - $1"
  else
    echo "not ok - $1 printed: $lines"
    STATUS=1
  fi
}

check 2 "$PROGRAMS/bench_hub_ingest" --sites 2 --live-events 200 --backlog-events 2000
check 4 "$PROGRAMS/bench_fleet" --sites 20 --per-process 10 --entries 100 --idle-s 2
check 2 "$PROGRAMS/bench_request_to_started" --agents 2 --requests 20
check 10 "$PROGRAMS/bench_decision" --windows 200 --rollouts 1
check 2 tests/bench/agent_memory.sh
DEPOPS_BENCH_PODS=40 DEPOPS_BENCH_OWN=4 DEPOPS_BENCH_IDLE_S=5 DEPOPS_BENCH_START_S=0 DEPOPS_BENCH_CLUSTER=$PROGRAMS/crowded_cluster \
  check 6 tests/bench/kubernetes_agent.sh
exit $STATUS
