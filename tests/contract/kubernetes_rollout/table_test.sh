#!/bin/bash
# The table says which test shows which fault or regression: each row's file has a test of that name, and no id that must be
# shown is without a row. table_test.sh [TABLE]
set -u
cd "$(dirname "$0")/../../.." || exit 2
TABLE=${1:-tests/contract/kubernetes_rollout/table.txt}
STATUS=0

ids() {
  echo R{1..12} R{15..22} R24 R25 R27 F-{409,422,429,500,timeout-before,timeout-after,watch-cut,410,stale-cache,foreign-writer} \
    F-{recreated,namespace-ending,token-expired,partial-apply}
}

for id in $(ids); do
  grep -qE "^$id \|" "$TABLE" || { echo "not ok - $id has no row in $TABLE"; STATUS=1; }
done
while IFS='|' read -r id file words; do
  file=${file// /}
  words=${words# }
  if grep -A1 -E 'TEST_CASE\(' "$file" 2>/dev/null | grep -qF "$words"; then
    echo "ok - ${id% }: $file"
  else
    echo "not ok - ${id% }: $file has no test with '$words' in its name"
    STATUS=1
  fi
done < <(grep -v '^#' "$TABLE")
exit $STATUS
