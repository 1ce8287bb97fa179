# Steps: a step is one command whose output goes to a log; it counts as one test and shows its log's end when it fails.

seconds_since() { echo $(($(date +%s) - $1)); }

# logged NAME COMMAND...: runs it with its output in a log, says every half minute where it is, returns its status.
logged() {
  local name=$1 log start ticker status
  shift
  log=$LOGS/$(tr -cs 'a-zA-Z0-9\n' '_' <<<"$name").log
  start=$(date +%s)
  echo "== $name"
  (trap 'kill $!; exit' TERM; while :; do sleep 30 & wait $!; echo "   ... $(seconds_since "$start") s: $(tail -n 1 "$log" | cut -c -100)"; done) 9>&- &
  ticker=$!
  "$@" >"$log" 2>&1 </dev/null 9>&-
  status=$?
  kill "$ticker" 2>/dev/null
  wait "$ticker" 2>/dev/null
  if [ $status = 0 ]; then
    echo "   done in $(seconds_since "$start") s"
  else
    tail -n 60 "$log" | sed 's/^/   | /'
    echo "   FAILED after $(seconds_since "$start") s (exit status $status); the whole output is in ${log#"$ROOT"/}"
  fi
  return $status
}

step() {  # NAME COMMAND...
  if logged "$@"; then count_passed; else count_failed "$1"; return 1; fi
}

# beside COMMAND...: starts it and goes on. What computes (compilers, sanitizers) runs beside what waits (real processes) and
# yields to it: it only gets the processors that nobody else wants at that moment.
beside() {
  rm -f "$LOGS/beside.counts"
  : >"$LOGS/beside.out"
  set -m  # a process group of its own, so that it can be ended as one
  (set +m; chrt --idle --pid 0 "$BASHPID"; renice -n 19 -p "$BASHPID"; forget_counts; "$@"; say_counts >"$LOGS/beside.counts") \
    >"$LOGS/beside.out" 2>&1 </dev/null 9>&- &
  set +m
  BESIDE=$!
  trap 'kill -- -"$BESIDE" 2>/dev/null' EXIT
}

# Shows what ran beside, until it has ended, and takes over its counts.
join_beside() {
  echo "== beside all this"
  tail -n +1 -f --pid="$BESIDE" "$LOGS/beside.out" 9>&-
  wait "$BESIDE"
  trap - EXIT
  if [ -s "$LOGS/beside.counts" ]; then . "$LOGS/beside.counts"; else count_failed "what ran beside: it ended before its counts"; fi
}

changed_since_install() {  # FOLDER: true if its node packages are not those of the lock file
  [ ! -e "$1/node_modules/.package-lock.json" ] || [ "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]
}

build_console() {
  [ -f hub/console/package.json ] || { echo "there is no console to build"; return 0; }
  cd hub/console || return
  if changed_since_install .; then npm ci --no-audit --no-fund || { cd "$ROOT"; return 1; }; fi
  npm run build
  local status=$?
  cd "$ROOT" || return
  return $status
}

build_release() {
  cmake --preset release -DDEPOPS_TESTS=ON && cmake --build --preset release
}

build_sanitized() {
  cmake --preset asan && cmake --build --preset asan -j "$(nproc)"
}

build_fuzzers() {
  cmake --preset fuzz && cmake --build --preset fuzz -j "$(nproc)"
}

# The C++ sources that the last 20 commits touched; a touched header stands for the source of the same name.
recent_sources() {
  git log -20 --name-only --diff-filter=d --pretty=format: -- '*.cc' '*.h' | sed 's/\.h$/.cc/' | sort -u |
    while read -r file; do grep -q "/$file\"" build/release/tidy/compile_commands.json && echo "$file"; done
}

# How each source is compiled by itself: the release build compiles those of a folder together. Generated headers are that
# build's. -fno-ipa-modref: an option of g++ that clang takes for a mistake.
list_commands() {
  cmake --preset release -B build/release/tidy -DDEPOPS_TESTS=ON -DCMAKE_UNITY_BUILD=OFF >/dev/null || return
  sed -i 's/ -fno-ipa-modref//; s#build/release/tidy/#build/release/#g' build/release/tidy/compile_commands.json
}

# Of these the slice of this commit (all with --full): a file takes seconds, and 20 commits can touch half of the tree.
check_tidy() {
  list_commands || return
  recent_sources | awk -v part="${DEPOPS_SLICE%/*}" -v parts="${DEPOPS_SLICE#*/}" 'NR % parts == part' >"$LOGS/tidy_files.txt"
  echo "$(wc -l <"$LOGS/tidy_files.txt") files"
  xargs -r -n 1 -P "$(nproc)" clang-tidy -p build/release/tidy --quiet --extra-arg=-Wno-unknown-warning-option \
    <"$LOGS/tidy_files.txt"
}

run_clang_tidy() { step "clang-tidy on files of the last 20 commits, slice $DEPOPS_SLICE" check_tidy; }
