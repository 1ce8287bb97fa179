#!/bin/bash
# Lets every fuzzer of build/fuzz search for a time, as many at once as there are processors. A shell suite: one line each.
#   DEPOPS_FUZZ_SECONDS   how long each (20)
#   DEPOPS_FUZZ_PROGRAMS  folder of the programs (build/fuzz/fuzzers)
#   DEPOPS_FUZZ_SEED      number the search starts from; without it the number of commits, so that each commit explores
set -u
cd "$(dirname "$0")/../.." || exit 2
ROOT=$PWD
export DEPOPS_FUZZ_SECONDS=${DEPOPS_FUZZ_SECONDS:-20}
PROGRAMS=${DEPOPS_FUZZ_PROGRAMS:-$ROOT/build/fuzz/fuzzers}
WORK=$(dirname "$PROGRAMS")
CORPORA=$WORK/corpus
FOUND=$WORK/found

# What the libraries were not compiled with looks like a mistake to these two checks; the quarantine is memory for nothing.
export ASAN_OPTIONS=detect_container_overflow=0:quarantine_size_mb=16:malloc_context_size=3:abort_on_error=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1

figure() { sed -n "s/^stat::$1: *//p" "$2" | tail -n 1; }

say_figures() {  # NAME LOG
  echo "$1: $(figure number_of_executed_units "$2") inputs, $(figure average_exec_per_sec "$2") a second, peak" \
    "$(figure peak_rss_mb "$2") MiB, $(grep -o 'cov: .*corp: [^ ]*' "$2" | tail -n 1)"
}

# The input as hex, so that whoever has only this output can make the file again: xxd -r -p.
say_found() {  # NAME LOG
  local input
  grep -E -m 1 -A 14 'CHECK failed|ERROR: |runtime error|seed .* is|encoded again' "$2" || tail -n 20 "$2"
  for input in "$FOUND/$1"-*; do
    [ -f "$input" ] || continue
    echo "$input, $(stat -c %s "$input") bytes:"
    od -An -v -tx1 -N 4096 "$input" | tr -d ' \n'
    echo
  done
}

search() {  # PROGRAM: begins at its seeds, at what was found once (tests/fuzz/found) and at what earlier searches kept
  local name log=$WORK/$(basename "$1").log folders
  name=$(basename "$1")
  rm -rf "$CORPORA/$name.seeds" "$FOUND/$name"-*
  mkdir -p "$CORPORA/$name"
  "$1" seeds "$CORPORA/$name.seeds" >"$log" 2>&1 || return
  folders=("$CORPORA/$name" "$CORPORA/$name.seeds")
  [ -d "tests/fuzz/found/$name" ] && folders+=("tests/fuzz/found/$name")
  "$1" -seed="$DEPOPS_FUZZ_SEED" -max_total_time="$DEPOPS_FUZZ_SECONDS" -timeout=10 -rss_limit_mb=1024 \
    -malloc_limit_mb=128 -print_final_stats=1 -artifact_prefix="$FOUND/$name-" "${folders[@]}" >>"$log" 2>&1
}

judge() {  # PROGRAM: one writing for all lines, because others write too
  local name log=$WORK/$(basename "$1").log
  name=$(basename "$1")
  if search "$1"; then
    echo "$(say_figures "$name" "$log")"$'\n'"ok - $name"
  else
    echo "$(say_found "$name" "$log")"$'\n'"not ok - $name"
    return 1
  fi
}

if [ $# = 2 ] && [ "$1" = --one ]; then judge "$2"; exit; fi
DEPOPS_FUZZ_SEED=${DEPOPS_FUZZ_SEED:-$(($(git rev-list --count HEAD 2>/dev/null || echo 0) + 1))}
export DEPOPS_FUZZ_SEED
mkdir -p "$FOUND"
echo "$DEPOPS_FUZZ_SECONDS s each, from number $DEPOPS_FUZZ_SEED"
find "$PROGRAMS" -maxdepth 1 -type f -perm -u+x 2>/dev/null | sort >"$WORK/programs"
[ -s "$WORK/programs" ] || { echo "not ok - there is no fuzzer in $PROGRAMS; cmake --build --preset fuzz"; exit 1; }
xargs -n 1 -P "$(nproc)" "$ROOT/tests/fuzz/fuzz.sh" --one <"$WORK/programs"
