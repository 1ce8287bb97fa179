# Building the release preset; builds in this tree take turns by the same lock as tests/run.sh.
build_programs() {
  local log=$ROOT/build/logs/quickstart_build.log start
  mkdir -p "$ROOT/build/logs"
  start=$(date +%s)
  echo "building (release) ..."
  if ! (
    take_build_lock
    configure_and_build >"$log" 2>&1
  ); then
    tail -n 40 "$log" >&2
    echo "the build failed; the whole output is in $log" >&2
    return 1
  fi
  echo "built in $(($(date +%s) - start)) s: $BIN"
}

# tests/run.sh holds the lock for all that it runs, this script among it, and says so.
take_build_lock() {
  [ "${DEPOPS_BUILD_LOCKED:-}" = "$ROOT" ] && return
  exec 9>"$ROOT/build/.lock"
  flock -n 9 || { echo "another build works in this tree; waiting for it"; flock 9; }
}

# A tree that was never configured is configured without the tests, which need more packages.
configure_and_build() {
  if [ -f build/release/CMakeCache.txt ]; then
    cmake --preset release || return
  else
    cmake --preset release -DDEPOPS_TESTS=OFF || return
  fi
  cmake --build --preset release --target depops depops-hub depops-agent depops-fetch depops-shim \
    depops-demo-checkout depops-demo-stream &&
    build_console
}

build_console() {
  if [ ! -f hub/console/package.json ]; then return 0; fi
  (
    cd hub/console || exit
    if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
      npm ci --no-audit --no-fund || exit
    fi
    npm run build
  )
}
