#!/bin/bash
# The story on real processes, as a newcomer runs it, judged by its last line and by the streams' own logs.
set -u
cd "$(dirname "$0")/../.." || exit 2
STATE=$(mktemp -d "${TMPDIR:-/tmp}/dq.XXXXXX")
trap 'rm -rf "$STATE"' EXIT
SITES=(ams-1 fra-1 sin-1)
. deploy/quickstart/evidence.sh

STATUS=0
check() {  # NAME COMMAND...
  local name=$1
  shift
  if "$@" >/dev/null 2>&1; then echo "ok - $name"; else echo "not ok - $name"; STATUS=1; fi
}

says() { jq -e "$1" <<<"$LINE"; }

nothing_is_left() { ! grep -lqsF "$STATE" /proc/[0-9]*/cmdline /proc/[0-9]*/environ; }

none_failed_after() {  # from half a second after the bad canary was gone, nobody saw a failure that 1.3 did not answer
  local end
  end=$(awk '$2 == "1.2" { t = $1 } END { print t + 500 }' OFMT=%.0f CONVFMT=%.0f "$(stream_log fra-1)")
  [ "$(awk -v from="$end" '$1 > from && $3 != 200 && $2 != "1.3" { n++ } END { print n + 0 }' "$(stream_log fra-1)")" = 0 ]
}

second_site_untouched() { ! awk '{ print $2 }' "$(stream_log sin-1)" | grep -qxE '1\.2|1\.3'; }

main() {
  local started exit_status
  started=$(date +%s)
  deploy/quickstart.sh --once --no-install --keep --state "$STATE/s" 2>&1 | tee "$STATE/out.log"
  exit_status=${PIPESTATUS[0]}
  LINE=$(tail -n 1 "$STATE/out.log")
  STATE=$STATE/s
  check "quickstart --once exits with 0" test "$exit_status" = 0
  check "its last line is one JSON object" says 'type == "object"'
  check "1.1 completed" says '.good.state == "completed"'
  check "1.2 was rolled back, with a reason" says '.bad.state == "rolled_back" and (.bad.reason | length > 0)'
  check "at most 60 requests failed while 1.2 was exposed" says '.bad.failed_requests <= 60'
  check "weight 0 came at most one interval and a second after the evidence" says '.bad.detect_ms <= 3000'
  check "1.3 was rolled back while the hub was down" says '.offline.state == "rolled_back" and .offline.hub_down'
  check "both production sites end with 1.1 alone" says '.final_weights["fra-1"] == {"1.1": 100} and .final_weights["sin-1"] == {"1.1": 100}'
  check "only bad versions failed requests" test "$(failed_by_others 1.2 1.3)" = 0
  check "no request failed after 1.2 was gone" none_failed_after
  check "the second site never saw 1.2 or 1.3" second_site_untouched
  check "the story took less than five minutes" test $(($(date +%s) - started)) -lt 300
  check "nothing of it runs any more" nothing_is_left
  STATE=${STATE%/s}
}

main
exit $STATUS
