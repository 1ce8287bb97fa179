#!/bin/bash
# The table says which test stands for which id of the design's lists: each id has a row, each row's file has a test of that
# id, and each test that carries an id stands in the table. table_test.sh [TABLE]: another one, for the self-test.
set -u
cd "$(dirname "$0")/../../.." || exit 2
TABLE=${1:-tests/e2e/faults/table.txt}
STATUS=0

say() {  # "" or what is wrong, NAME
  if [ -z "$1" ]; then echo "ok - $2"; else echo "not ok - $2: $1"; STATUS=1; fi
}

ids() {
  echo A{1..25} A{32..34} A36 F{1..20} F{23..31} F33 F{38..41}
}

# names FILE: the names of its tests, whether they stand on the line of TEST_CASE or on the next.
names() {
  sed -nE 's/^ *(TEST_CASE\()?"([AF][0-9]+[ ,:].*)/\2/p' "$1"
}

has_id() {  # FILE ID
  names "$1" | grep -qE "(^|[ ,])$2([ ,:]|$)"
}

check_row() {  # ID FILE...
  local id=$1 file
  shift
  for file in "$@"; do
    [ -f "$file" ] || { say "there is no $file" "$id"; return; }
    has_id "$file" "$id" || { say "$file has no test of that name" "$id"; return; }
  done
  say "" "$id: $*"
}

for id in $(ids); do
  row=$(grep -E "^$id " "$TABLE")
  if [ -z "$row" ]; then
    say "has no row in $TABLE" "$id"
  elif [[ $row == "$id "*missing:* ]]; then
    echo "ok - $id # SKIP ${row#*missing: }"
  else
    # shellcheck disable=SC2086  # a row is words
    check_row $row
  fi
done

untold=
while read -r file; do
  for id in $(names "$file" | sed -E 's/^(([AF][0-9]+(, | and | to | )?)+).*/\1/' | grep -oE '[AF][0-9]+' | sort -u); do
    ids | tr ' ' '\n' | grep -qx "$id" || continue
    grep -E "^$id " "$TABLE" | grep -qF "$file" || untold+=" $id in $file;"
  done
done < <(grep -rlE '^ *(TEST_CASE\()?"[AF][0-9]+[ ,:]' tests --include='*.cc' | sort)
say "$untold" "every test that carries an id stands in the table"
exit $STATUS
