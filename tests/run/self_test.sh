#!/bin/bash
# The counting itself: a failure, a crash or silence must never be counted as a pass.
set -u
cd "$(dirname "$0")/../.." || exit 2
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
STATUS=0

expect() {  # NAME WANTED GOT
  if [ "$2" = "$3" ]; then echo "ok - $1"; else echo "not ok - $1: wanted '$2', got '$3'"; STATUS=1; fi
}

# counted COMMAND...: the closing line after the command, and the exit status it leads to, in a shell of its own.
counted() {
  ROOT=$FOLDER LOGS=$FOLDER JUNIT=$FOLDER bash -c '. tests/run/count.sh; . tests/run/steps.sh; . tests/run/suites.sh
    "$@" >/dev/null; close_with_counts >"$LOGS/closing"; status=$?; echo "$(tail -n 1 "$LOGS/closing") $status"' - "$@"
}

cat >"$FOLDER/mixed.xml" <<'END'
<testsuites><testsuite name="a" failures="1">
<testcase classname="a" name="good" time="0.1"/>
<testcase classname="a" name="bad"><failure message="x &lt;testcase"/><failure message="y"/></testcase>
<testcase classname="a" name="left out"><skipped/></testcase>
</testsuite></testsuites>
END
cat >"$FOLDER/ctest.xml" <<'END'
<testsuite name="(empty)"><testcase name="ran" status="run"></testcase><testcase name="crashed" status="fail"><failure message=""/></testcase>
<testcase name="absent" status="notrun"><skipped message="Unable to find executable"/></testcase>
<testcase name="said so" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase></testsuite>
END
echo '<testsuites></testsuites>' >"$FOLDER/empty.xml"
printf '#!/bin/bash\necho "ok - one"\necho "not ok - two & three"\necho "ok - four # SKIP no disk"\nexit 1\n' >"$FOLDER/suite.sh"
printf '#!/bin/bash\necho "ok - one"\nexit 3\n' >"$FOLDER/crash.sh"
printf '#!/bin/bash\nexit 0\n' >"$FOLDER/silent.sh"
chmod +x "$FOLDER"/*.sh

expect "cases of Catch2 count once each" "1 passed, 1 failed, 1 skipped 1" "$(counted count_junit "$FOLDER/mixed.xml" a)"
expect "a crash and an absent program are failures" "1 passed, 2 failed, 1 skipped 1" "$(counted count_junit "$FOLDER/ctest.xml" a)"
expect "a report without a case is a failure" "0 passed, 1 failed, 0 skipped 1" "$(counted count_junit "$FOLDER/empty.xml" a)"
expect "a missing report is a failure" "0 passed, 1 failed, 0 skipped 1" "$(counted count_junit "$FOLDER/none.xml" a)"
expect "a shell suite counts its lines" "1 passed, 1 failed, 1 skipped 1" "$(counted run_shell_suite "$FOLDER/suite.sh")"
expect "a suite that ends badly after good lines has failed" "1 passed, 1 failed, 0 skipped 1" "$(counted run_shell_suite "$FOLDER/crash.sh")"
expect "a suite that says nothing has failed" "0 passed, 1 failed, 0 skipped 1" "$(counted run_shell_suite "$FOLDER/silent.sh")"
expect "a failing step is counted" "0 passed, 1 failed, 0 skipped 1" "$(counted step x false)"
expect "a passing step is counted" "1 passed, 0 failed, 0 skipped 0" "$(counted step x true)"

# What runs beside brings its own counts back, and silence instead of counts is a failure.
beside_and_join() { count_passed; beside "$@"; join_beside; }
two_kinds() { count_failed "it's"; count_skipped b; }
export -f beside_and_join two_kinds
expect "what ran beside is counted once" "1 passed, 1 failed, 1 skipped 1" "$(counted beside_and_join two_kinds)"
expect "what ran beside and ended too early has failed" "1 passed, 1 failed, 0 skipped 1" "$(counted beside_and_join exit 0)"
closing_of() { counted count_junit "$1" a >/dev/null; grep -c "$2" "$FOLDER/closing"; }
cat >"$FOLDER/words.xml" <<'END'
<testsuites><testsuite name="a">
<testcase name="bad"><failure message="x" type="CHECK">
FAILED:
  CHECK( a &lt; b )
</failure></testcase><testcase name="good"><system-out>
not this
</system-out></testcase></testsuite></testsuites>
END
expect "what a failed case said stands in the output" 1 "$(closing_of "$FOLDER/words.xml" '   |   CHECK( a < b )$')"
expect "and nothing of the others" 0 "$(closing_of "$FOLDER/words.xml" 'not this')"
expect "no test at all is a failure" "0 passed, 1 failed, 0 skipped 1" "$(counted true)"

# The table of faults and attacks can not say what is not so.
told() { tests/e2e/faults/table_test.sh "$FOLDER/table" | grep -cE "^not ok - $1"; }
sed 's#^F15 .*#F15 tests/e2e/faults/road_test.cc#; s#^F16 .*#F16 tests/e2e/faults/none.cc#; /^F23 /d' \
  tests/e2e/faults/table.txt >"$FOLDER/table"
expect "a row of the table of faults without its test is a failure" 2 "$(told 'F1[56]: ')"
expect "an id without a row is a failure" 1 "$(told 'F23: has no row')"
expect "a test that the table does not tell of is a failure" 1 "$(told 'every test')"
expect "the table of faults as it is holds" 0 "$(tests/e2e/faults/table_test.sh | grep -c '^not ok')"
expect "--faults is an argument that is explained" 1 "$(tests/run.sh --help | grep -c -- '^  *tests/run.sh --faults ')"

# under_lock OWNER: what deploy/quickstart.sh does while the tree's build lock is held and OWNER is said to hold it.
under_lock() {
  mkdir -p "$FOLDER/build"
  exec 8>"$FOLDER/build/.lock"
  flock 8
  ROOT=$FOLDER DEPOPS_BUILD_LOCKED=$1 timeout 1 bash -c '. deploy/quickstart/build.sh; take_build_lock && echo "went on"' 8>&-
}

expect "the quickstart goes on under the lock of the run it belongs to" "went on" "$(under_lock "$FOLDER")"
expect "the quickstart waits for the lock of another" "another build works in this tree; waiting for it" "$(under_lock "")"

# A fuzzer that finds something leaves the input and ends badly; one whose seeds are refused does not begin.
fuzzer() {  # NAME CASE
  mkdir -p "$FOLDER/fuzzers"
  cat >"$FOLDER/fuzzers/$1" <<END
#!/bin/bash
case \$1-$2 in
  seeds-rotten) echo "seed a is refused" >&2; exit 1 ;;
  seeds-*) mkdir -p "\$2"; exit 0 ;;
  *-finds) echo "CHECK failed: x"; printf 'ab\001' >"\$(sed 's/.*-artifact_prefix=\([^ ]*\).*/\1/' <<<"\$*")crash-1"; exit 77 ;;
esac
echo "stat::number_of_executed_units: 12"
END
  chmod +x "$FOLDER/fuzzers/$1"
}
fuzzer finds finds
fuzzer quiet quiet
fuzzer rotten rotten
searched() { DEPOPS_FUZZ_PROGRAMS=$FOLDER/fuzzers tests/fuzz/fuzz.sh; }
expect "a fuzzer that found something, or has rotten seeds, has failed" "not ok - finds not ok - rotten ok - quiet" \
  "$(searched | grep -E '^(not )?ok' | sort | tr '\n' ' ' | sed 's/ $//')"
expect "what a fuzzer found stands in the output" 1 "$(searched | grep -c '^616201$')"
expect "how much a fuzzer searched stands in the output" 1 "$(searched | grep -c '^quiet: 12 inputs')"
rm -r "$FOLDER/fuzzers"
expect "no fuzzer at all is a failure" 1 "$(searched | grep -c '^not ok')"
# A case with a turn that no test of CTest takes would never run, and counts as nothing.
untaken=
while IFS=: read -r file tag; do
  grep -qE "\be2e_$(basename "$(dirname "$file")"):${tag//[^0-9]/}\b" tests/e2e/CMakeLists.txt || untaken+=" $file $tag"
done < <(grep -roE '\[turn[0-9]+\]' tests/e2e --include='*.cc')
expect "every case that has a turn is taken by a test" "" "$untaken"
exit $STATUS
