#!/bin/bash
# The floor under every durable figure: how many transactions of one small row a second this disk takes with WAL and
# synchronous FULL, by SQLite's own shell, in one process.
set -u
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/depops-bench.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
count=2000

{
  echo 'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(id INTEGER PRIMARY KEY, body BLOB);'
  for ((i = 0; i < count; i++)); do echo 'INSERT INTO t(body) VALUES(randomblob(600));'; done
} >"$folder/script.sql"
begin=$(date +%s%N)
sqlite3 "$folder/floor.db" <"$folder/script.sql" >/dev/null || exit 1
nanoseconds=$(($(date +%s%N) - begin))
[ "$(sqlite3 "$folder/floor.db" 'SELECT count(*) FROM t')" = $count ] || exit 1
jq -nc --argjson value $((count * 1000000000 / nanoseconds)) '{bench: "sqlite_floor", value: $value, unit: "commits/s"}'
