#!/bin/bash
# tests/bench/run.sh [NAME...]: runs the measurements (all, or those named) of the release build and prints JSON lines.
#
# A measurement is a program bench_NAME in build/release/tests, or an executable tests/bench/NAME.sh. It prints one JSON object
# a line with at least {"bench", "value", "unit"} and, beside each figure, {"limit", "limit_of"}: the physical limit measured in
# the same run (the broker's own rate, the raw rate of SQLite), so that a figure of another machine can be understood.
# The first line says what machine and commit the figures belong to. Status 1 if a measurement failed or said nothing.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
export DEPOPS_BIN=$PWD/build/release/bin

machine_line() {
  jq -nc --arg commit "$(git rev-parse --short HEAD 2>/dev/null)" --argjson cores "$(nproc)" \
    --arg cpu "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)" --arg kernel "$(uname -r)" \
    --argjson memory_kib "$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)" \
    '{bench: "machine", commit: $commit, cores: $cores, cpu: $cpu, kernel: $kernel, memory_kib: $memory_kib}'
}

measurements() {  # every measurement there is: NAME<TAB>PROGRAM
  local file
  for file in build/release/tests/bench_*; do
    [ -x "$file" ] && [ -f "$file" ] && printf '%s\t%s\n' "${file##*/bench_}" "$file"
  done
  for file in tests/bench/*.sh; do
    [ "$file" != tests/bench/run.sh ] && [ -x "$file" ] && printf '%s\t%s\n' "$(basename "$file" .sh)" "$file"
  done
}

well_formed() {  # standard input: only lines that carry a figure
  jq -e -c 'select((.bench | type) == "string" and (.value | type) == "number" and (.unit | type) == "string")'
}

measure() {  # NAME PROGRAM
  local lines
  if ! lines=$("$2" </dev/null); then
    echo "tests/bench: $1 failed" >&2
    return 1
  fi
  well_formed <<<"$lines" || { echo "tests/bench: $1 printed no figure" >&2; return 1; }
}

main() {
  local name program status=0 wanted=" $* " ran=0
  machine_line
  while IFS=$'\t' read -r name program; do
    [ $# = 0 ] || [[ $wanted == *" $name "* ]] || continue
    ran=$((ran + 1))
    measure "$name" "$program" || status=1
  done < <(measurements)
  [ "$ran" -gt 0 ] || { echo "tests/bench: no such measurement; there are: $(measurements | cut -f 1 | tr '\n' ' ')" >&2; status=1; }
  return $status
}

main "$@"
