#!/bin/bash
# Installs and builds DepOps, starts it on this machine with three sites, and tells a story of four releases.
#
#   deploy/quickstart.sh             stays up after the story until Ctrl-C, after which nothing of it runs
#   --once                           ends after the story; the last line is one JSON object; status 0 if all went well
#   --state DIR                      where everything is kept (default: a new folder under /tmp, removed at the end)
#   --keep                           leaves the state folder where it is
#   --no-install                     installs no package
#   --error-share X                  share of requests that the bad versions fail (default 0.2)
#   --rps N                          requests per second against each site (default 200)
#   --interval T                     how often the analysis looks (default 2s)
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
ROOT=$PWD
BIN=$ROOT/build/release/bin
SITES=(ams-1 fra-1 sin-1)
declare -A ENVIRONMENT=([ams-1]=staging [fra-1]=production [sin-1]=production)

. deploy/packages.sh
for part in arguments terminal ports processes certificates build trust services registry story evidence result; do
  . "deploy/quickstart/$part.sh"
done

main() {
  read_arguments "$@"
  [ "$INSTALL" = no ] || install_packages "${TMPDIR:-/tmp}/depops-packages.$$.log" build run || exit 1
  build_programs || exit 1
  make_state
  trap 'end_everything' EXIT
  trap 'INTERRUPTED=yes; exit 130' INT TERM HUP
  take_ports
  start_infrastructure
  tell_story
  stay_or_report
}

main "$@"
