# Counting: every test, from every kind of suite, is counted once as passed, failed or skipped.
PASSED=0
FAILED=0
SKIPPED=0
FAILURES=()
SKIPS=()
WORDS=()

count_passed() { PASSED=$((PASSED + 1)); }
count_failed() { FAILED=$((FAILED + 1)); FAILURES+=("$1"); }
count_skipped() { SKIPPED=$((SKIPPED + 1)); SKIPS+=("$1"); }

forget_counts() { PASSED=0 FAILED=0 SKIPPED=0 FAILURES=() SKIPS=() WORDS=(); }

# As commands that add these counts to those of another shell.
say_counts() {
  local list
  echo "PASSED=\$((PASSED + $PASSED)) FAILED=\$((FAILED + $FAILED)) SKIPPED=\$((SKIPPED + $SKIPPED))"
  for list in FAILURES SKIPS WORDS; do
    local -n said=$list
    [ ${#said[@]} = 0 ] || echo "$list+=(${said[*]@Q})"
  done
}

# junit_cases FILE: one line per test case of a JUnit file: "passed|failed|skipped<TAB>name". A reader for the few
# writers we have (Catch2, ctest, vitest, our own), all of which put each tag on a line of its own or self-close it.
junit_cases() {
  awk '
    function put() { if (open) print verdict "\t" name; open = 0 }
    function attribute(line, key,    at) {
      at = index(line, " " key "=\"")
      if (!at) return ""
      line = substr(line, at + length(key) + 3)
      return substr(line, 1, index(line, "\"") - 1)
    }
    {
      count = split($0, tags, "<")
      for (i = 2; i <= count; i++) {
        tag = tags[i]
        if (tag ~ /^testcase[ >]/) {
          put(); open = 1; verdict = "passed"; name = attribute(tag, "name")
          state = attribute(tag, "status")
          if (state == "fail") verdict = "failed"
          if (state == "notrun" || state == "disabled") verdict = "failed"
        } else if (tag ~ /^(failure|error)[ >\/]/) verdict = "failed"
        else if (tag ~ /^skipped/ && tag !~ /message="(Unable|Not Run|Failed|Disabled)/) verdict = "skipped"
        else if (tag ~ /^\/testcase/) put()
      }
    }
    END { put() }' "$1"
}

# failure_words FILE: what the failed cases of a JUnit file said, 40 lines at most, for whoever has only this output.
failure_words() {
  awk '/<failure|<error/ { open = !/\/>/ } open { print } /<\/failure>|<\/error>/ { open = 0 }' "$1" |
    sed -e 's/<[^>]*>//g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' | grep -v '^ *$' | head -n 40
}

count_junit() {  # FILE PREFIX: counts every case; a file that is missing or holds no case is a failure
  local verdict name seen=0 failed_before=$FAILED
  if [ -f "$1" ]; then
    while IFS=$'\t' read -r verdict name; do
      seen=$((seen + 1))
      "count_$verdict" "$2: $name"
    done < <(junit_cases "$1")
    if [ "$FAILED" != "$failed_before" ]; then WORDS+=("$(failure_words "$1")"); fi
  fi
  [ "$seen" -gt 0 ] || count_failed "$2: reported no test at all"
}

# tap_to_junit NAME: reads "ok - x", "not ok - x", "ok - x # SKIP why" and writes a JUnit suite.
tap_to_junit() {
  awk -v suite="$1" '
    function escape(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/"/, "\\&quot;", text); return text }
    BEGIN { print "<testsuites><testsuite name=\"" suite "\">" }
    /^(not )?ok( |$)/ {
      bad = /^not /; skip = / # SKIP/
      name = $0; sub(/^(not )?ok *[0-9]* *-? */, "", name)
      printf "<testcase name=\"%s\">%s</testcase>\n", escape(name), bad ? "<failure/>" : skip ? "<skipped/>" : ""
    }
    END { print "</testsuite></testsuites>" }'
}

close_with_counts() {
  local line
  echo
  for line in "${SKIPS[@]+"${SKIPS[@]}"}"; do echo "skipped  $line"; done
  for line in "${WORDS[@]+"${WORDS[@]}"}"; do [ -z "$line" ] || sed 's/^/   | /' <<<"$line"; done
  for line in "${FAILURES[@]+"${FAILURES[@]}"}"; do echo "FAILED   $line"; done
  [ $((PASSED + FAILED)) -gt 0 ] || { count_failed "no test ran"; echo "FAILED   no test ran"; }
  echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
  [ "$FAILED" = 0 ]
}
