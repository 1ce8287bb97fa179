# Processes: each one is started without a terminal of its own, remembered by its id, and ended by it.
declare -A PID=()
LAST_LINE=

# start NAME COMMAND...: in the background, output to logs/NAME.log.
start() {
  local name=$1
  shift
  setsid "$@" >>"$STATE/logs/$name.log" 2>&1 </dev/null 3>&- 8>&- &
  PID[$name]=$!
  echo "$name ${PID[$name]}" >>"$STATE/run/pids"
}

# supervise NAME COMMAND...: starts it again whenever it ends, as a service supervisor does.
supervise() {
  local name=$1
  shift
  (
    trap 'kill "$child" 2>/dev/null; wait "$child"; exit 0' TERM
    while :; do
      "$@" </dev/null &
      child=$!
      echo "$child" >"$STATE/run/$name.child"
      wait "$child"
      echo "ended with status $? at $(date -u +%FT%TZ); starting it again"
      sleep 0.2
    done
  ) >>"$STATE/logs/$name.log" 2>&1 3>&- 8>&- &
  PID[$name]=$!
  echo "$name ${PID[$name]}" >>"$STATE/run/pids"
}

is_running() { kill -0 "${PID[$1]}" 2>/dev/null; }

must_run() {  # NAME
  is_running "$1" || { tail -n 20 "$STATE/logs/$1.log"; fail "$1 ended; its log is above"; }
}

stop() {  # NAME: asks it to end, insists after five seconds
  local pid=${PID[$1]:-} tries=50
  unset "PID[$1]"
  [ -n "$pid" ] || return 0
  kill "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
  kill -KILL "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  return 0
}

# What the agents started outlives them by design; it is found by running from, or in, the state folder.
strays() {
  local entry
  for entry in /proc/[0-9]*; do
    [ "${entry#/proc/}" != $$ ] || continue
    case "$(readlink "$entry/exe" 2>/dev/null)|$(readlink "$entry/cwd" 2>/dev/null)" in
      "$STATE"/* | *"|$STATE"/*) echo "${entry#/proc/}" ;;
      *) grep -qzF "DEPOPS_STATE=$STATE" "$entry/environ" 2>/dev/null && echo "${entry#/proc/}" ;;
    esac
  done
}

end_strays() {
  local pid tries
  for pid in $(strays); do kill "$pid" 2>/dev/null; done
  for tries in $(seq 30); do
    [ -n "$(strays)" ] || return 0
    sleep 0.1
  done
  for pid in $(strays); do kill -KILL "$pid" 2>/dev/null; done
}

end_everything() {
  local status=$? name
  trap '' INT TERM HUP
  trap - EXIT
  [ "$INTERRUPTED" = no ] || echo "stopping everything ..." >&2
  for name in "${!PID[@]}"; do case $name in stream-*) stop "$name" ;; esac; done
  for name in "${!PID[@]}"; do case $name in agent-*) stop "$name" ;; esac; done
  for name in "${!PID[@]}"; do stop "$name"; done
  end_strays
  if [ "$KEEP" = yes ]; then echo "state kept in $STATE" >&2; else rm -rf "$STATE"; fi
  if [ -n "$LAST_LINE" ]; then echo "$LAST_LINE"; fi
  exit $status
}
