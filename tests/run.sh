#!/bin/bash
# Installs what the tests need, builds, runs everything, and closes with "N passed, N failed, N skipped".
#
#   tests/run.sh            everything but what is long: at most 30 minutes on 2 cores from an empty cache
#   tests/run.sh --quick    leaves out end to end, sanitizer, fuzzers and clang-tidy
#   tests/run.sh --full     everything, with all slices of the slow suites and what is long
#   tests/run.sh --faults   the fault and adversarial tests alone, all of them, also what is long
#   tests/run.sh --fresh    this command and the quickstart inside a new Debian 12, removed afterwards
#   --no-install            installs nothing (with any of them)
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
ROOT=$PWD
LOGS=$ROOT/build/logs
JUNIT=$ROOT/build/junit
MODE=ordinary
INSTALL=yes

. deploy/packages.sh
. tests/run/count.sh
. tests/run/steps.sh
. tests/run/suites.sh
. tests/run/fresh.sh

usage() {
  sed -n '2,/^set -u/{/^#/!d;s/^# \{0,1\}//;p}' tests/run.sh
}

read_arguments() {
  local argument
  for argument in "$@"; do
    case $argument in
      --quick) MODE=quick ;;
      --full) MODE=full ;;
      --faults) MODE=faults ;;
      --fresh) MODE=fresh ;;
      --no-install) INSTALL=no ;;
      -h | --help) usage; exit 0 ;;
      *) echo "tests/run.sh: unknown argument '$argument'; see tests/run.sh --help" >&2; exit 2 ;;
    esac
  done
}

install_step() {
  local uses=(build run test)
  [ "$MODE" = full ] && uses+=(containers)
  [ "$MODE" = fresh ] && uses=(fresh)
  if [ "$INSTALL" = no ]; then
    echo "Debian packages: not touched (--no-install)"
    return 0
  fi
  install_packages "$LOGS/packages.log" "${uses[@]}"
}

# The commit count chooses the slice of each slow suite and whose turn it is, so that runs on successive commits cover all of them.
choose_slice() {
  local slices=8 turns=3 commits
  commits=$(git rev-list --count HEAD 2>/dev/null || echo 0)
  if [ "$MODE" = full ] || [ "$MODE" = faults ]; then export DEPOPS_SLICE=0/1; else export DEPOPS_SLICE=$((commits % slices))/$slices; fi
  TURN=$((commits % turns))
  echo "Slow suites: slice $DEPOPS_SLICE; slow cases: turn $TURN of $turns"
}

run_all() {
  run_shell_suite tests/run/self_test.sh
  run_shell_suite tests/e2e/faults/table_test.sh
  step "console: packages, build" build_console || return
  step "build (release)" build_release || return
  if [ "$MODE" = faults ]; then
    run_faults
    return
  fi
  prepare_control_plane
  [ "$MODE" = quick ] || beside run_what_computes
  run_ctest release "unit, architecture, simulation, contract" -LE 'e2e|long'
  run_console_tests
  run_shell_suite tests/contract/proto/compatibility.sh
  count_absent_vectors
  [ "$MODE" = quick ] && return
  run_end_to_end
  join_beside
  run_fuzzers
  [ "$MODE" = full ] || return
  run_ctest_if_any release "long" -L long
}

main() {
  read_arguments "$@"
  mkdir -p "$LOGS" "$JUNIT"
  rm -f "$JUNIT"/*.xml
  if ! install_step; then
    count_failed "Debian packages"
  elif [ "$MODE" = fresh ]; then
    run_fresh
  else
    exec 9>"$ROOT/build/.lock"
    flock -n 9 || { echo "Another build or test run works in this tree; waiting for it"; flock 9; }
    export DEPOPS_BUILD_LOCKED=$ROOT
    choose_slice
    run_all
  fi
  close_with_counts
}

main "$@"
