# Suites: how each kind of test is started and where its JUnit file comes from.

# run_ctest PRESET NAME CTEST-FILTER...: a Catch2 program counts each of its cases, any other test counts as one.
# Tests of the release build mostly wait, for processes and servers, if they are not long: twice as many at once as there
# are processors.
run_ctest() {
  local preset=$1 name=$2 build=build/$1 report at_once
  at_once=$(nproc)
  [ "$preset $name" = "release long" ] || [ "$preset" != release ] || at_once=$((2 * at_once))
  shift 2
  report=$JUNIT/$preset-$(tr -cs 'a-zA-Z0-9\n' '_' <<<"$name").xml
  mkdir -p "$build/junit"
  rm -f "$build"/junit/*.xml "$report"
  logged "$name ($preset)" ctest --test-dir "$build" --output-on-failure --no-tests=error -j "$at_once" \
    --output-junit "$report" "$@"
  if [ ! -f "$report" ]; then
    count_failed "$name ($preset): no test of this kind could be run"
    return
  fi
  local verdict test
  while IFS=$'\t' read -r verdict test; do count_program "$build" "$preset" "$verdict" "$test"; done < <(junit_cases "$report")
}

count_program() {  # BUILD PRESET VERDICT TEST
  local cases=$1/junit/$4.xml failed_before=$FAILED
  if [ -f "$cases" ]; then
    cp "$cases" "$JUNIT/$2-$4.xml"
    count_junit "$cases" "$4"
    # A crash, a time-out or a leak fails the program although every case it reported had passed.
    if [ "$3" = failed ] && [ "$FAILED" = "$failed_before" ]; then count_failed "$4: the program itself failed"; fi
  else
    "count_$3" "$4"
  fi
}

# run_shell_suite FILE: a suite prints "ok - name" and "not ok - name" lines and exits 0 if all is well.
run_shell_suite() {
  local name report status before=$FAILED
  name=$(basename "$1" .sh)
  report=$JUNIT/$name.xml
  logged "$name" timeout --kill-after=30 "${2:-900}" "$1"
  status=$?
  tap_to_junit "$name" <"$LOGS/$name.log" >"$report"
  count_junit "$report" "$name"
  if [ $status != 0 ] && [ "$FAILED" = "$before" ]; then count_failed "$name: exit status $status"; fi
}

# run_node_suite FOLDER SCRIPT: the npm script writes JUnit to the file in DEPOPS_JUNIT.
run_node_suite() {
  local report=$JUNIT/node-$2.xml before=$FAILED status
  report=${report//:/_}
  DEPOPS_JUNIT=$report logged "$1: npm run $2" npm --prefix "$1" run "$2"
  status=$?
  count_junit "$report" "$1 $2"
  if [ $status != 0 ] && [ "$FAILED" = "$before" ]; then count_failed "$1 $2: exit status $status"; fi
}

has_script() {  # FOLDER SCRIPT
  [ -f "$1/package.json" ] && jq -e --arg name "$2" '.scripts[$name] != null' "$1/package.json" >/dev/null
}

run_console_tests() {
  [ -f hub/console/package.json ] || return 0
  run_node_suite hub/console test
}

# Nothing here has a deadline that others could make it miss.
run_what_computes() {
  run_sanitizer
  step "build (fuzz)" build_fuzzers
  run_clang_tidy
}

run_sanitizer() {
  step "build (asan)" build_sanitized || return
  run_ctest asan "address sanitizer: pure folders and simulation" -LE long
}

# Each fuzzer searches for 20 seconds, with --full for 10 minutes; DEPOPS_FUZZ_SECONDS says another time.
run_fuzzers() {
  local each=${DEPOPS_FUZZ_SECONDS:-20}
  if [ "$MODE" = full ]; then each=${DEPOPS_FUZZ_SECONDS:-600}; fi
  DEPOPS_FUZZ_SECONDS=$each run_shell_suite tests/fuzz/fuzz.sh $((each * 12 + 300))
}

run_end_to_end() {
  local suite others="|turn[^$TURN]"
  if [ "$MODE" = full ]; then others=; fi
  run_ctest_if_any release "end to end programs" -L e2e -LE "long$others"
  for suite in tests/e2e/*_test.sh; do [ -x "$suite" ] && run_shell_suite "$suite"; done
  if has_script hub/console test:e2e; then run_node_suite hub/console test:e2e; fi
}

# What shows the ids of the design's lists of attacks (A..) and faults (F..): the programs labelled so, whatever else they
# test beside it.
run_faults() {
  run_ctest release "faults and attacks" -L faults
}

run_ctest_if_any() {  # as run_ctest, for a kind that may have no program in C++
  local filter=("${@:3}")
  ctest --test-dir "build/$1" -N "${filter[@]}" | grep -q 'Total Tests: 0' || run_ctest "$@"
}

# etcd and kube-apiserver for tests/contract/kubernetes, built once on this machine where ../shared says how.
prepare_control_plane() {
  [ -z "${KUBEBUILDER_ASSETS:-}" ] && [ -x "$ROOT/../shared/kube/assets" ] && [ "$INSTALL" = yes ] || return 0
  logged "Kubernetes control plane for tests" timeout --kill-after=30 2400 "$ROOT/../shared/kube/assets" ||
    count_skipped "Kubernetes control plane: could not be built"
}

count_absent_vectors() {
  [ -d "$ROOT/../shared/vectors" ] || count_skipped "test vectors: ../shared/vectors is not beside this checkout"
}
