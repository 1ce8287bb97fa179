#!/bin/bash
# Holds proto/ against released.json, what sites and hubs out there speak: no field or value of it may change its meaning.
# Prints "ok - x" or "not ok - x". UPDATE_GOLDEN=1 adds to released.json what is new, never what breaks it.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 2
BUF=$PWD/node_modules/.bin/buf
RELEASED=$PWD/released.json
RULES='{"version":"v2","breaking":{"use":["WIRE"]}}'
WORK=$(mktemp -d "${TMPDIR:-/tmp}/depops-proto.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
STATUS=0

check() {  # NAME COMMAND...
  local name=$1
  shift
  if "$@"; then echo "ok - $name"; else echo "not ok - $name"; STATUS=1; fi
}

install_buf() {
  [ -e node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ] && return
  npm ci --no-audit --no-fund --ignore-scripts
}

breaks_nothing() { (cd "$1" && "$BUF" breaking --against "$RELEASED" --config "$RULES"); }

schema_of() { (cd "$1" && "$BUF" build --exclude-source-info -o "$WORK/image.json" && jq -S . "$WORK/image.json"); }

knows_everything() {
  schema_of ../../../proto >"$WORK/today.json" || return
  if [ "${UPDATE_GOLDEN:-}" = 1 ] && breaks_nothing ../../../proto; then cp "$WORK/today.json" "$RELEASED"; fi
  cmp -s "$WORK/today.json" "$RELEASED" || { echo "released.json does not know all of proto/: UPDATE_GOLDEN=1 $0"; return 1; }
}

# finds SED-EXPRESSION FILE: a contract that was changed so must be refused.
finds() {
  rm -rf "$WORK/planted"
  cp -r ../../../proto "$WORK/planted"
  sed -i "$1" "$WORK/planted/depops/v1/$2"
  ! cmp -s "$WORK/planted/depops/v1/$2" "../../../proto/depops/v1/$2" && ! breaks_nothing "$WORK/planted" >/dev/null 2>&1
}

check "buf is there" install_buf
check "nothing that was released changes its meaning" breaks_nothing ../../../proto
check "released.json knows all of the contract" knows_everything
check "a field that gets another number is found" finds 's/uint64 generation = 3;/uint64 generation = 93;/' desired.proto
check "a field that gets another type is found" finds 's/uint32 percent = 1;/string percent = 1;/' record.proto
check "a value of an enum that is removed is found" finds '/PAUSE_REASON_DRIFT = 5;/d' record.proto
exit $STATUS
