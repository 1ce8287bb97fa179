# What people see, and waiting for conditions with a deadline. Everything said goes to logs/story.log too.
say() {
  echo "$*"
  echo "$(now_ms) $*" >&3
}

chapter() {
  say ""
  say "== $*"
}

fail() {
  say "FAILED: $*"
  say "  logs: $STATE/logs"
  KEEP=yes
  exit 1
}

now_ms() { date +%s%3N; }

# wait_until SECONDS WHAT COMMAND...: asks the command ten times a second until it succeeds.
wait_until() {
  local deadline=$(($(now_ms) + $1 * 1000)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$(now_ms)" -lt "$deadline" ] || fail "waited too long until $what"
    sleep 0.1
  done
}

# record NAME VALUE: kept for the report at the end.
record() { printf '%s\n' "$2" >"$STATE/run/$1"; }
recorded() { cat "$STATE/run/$1"; }
