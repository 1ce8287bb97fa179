# The command line of deploy/quickstart.sh and the state folder.
ONCE=no
STATE=
KEEP=no
INSTALL=yes
ERROR_SHARE=0.2
RPS=200
INTERVAL=2s
INTERRUPTED=no

usage() {
  sed -n '2,/^set -u/{/^#/!d;s/^# \{0,1\}//;p}' "$ROOT/deploy/quickstart.sh"
}

wrong_argument() {
  echo "deploy/quickstart.sh: $1; see deploy/quickstart.sh --help" >&2
  exit 2
}

need() {  # NAME VALUE REGEX WHAT
  [[ $2 =~ $3 ]] || wrong_argument "$1 '$2' is not $4"
}

read_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --once) ONCE=yes ;;
      --keep) KEEP=yes ;;
      --no-install) INSTALL=no ;;
      -h | --help) usage; exit 0 ;;
      --state | --error-share | --rps | --interval)
        [ $# -ge 2 ] || wrong_argument "$1 needs a value"
        set_option "$1" "$2"
        shift ;;
      *) wrong_argument "unknown argument '$1'" ;;
    esac
    shift
  done
}

set_option() {
  case $1 in
    --state) STATE=$2 ;;
    --error-share) need "$1" "$2" '^(0(\.[0-9]+)?|1(\.0+)?)$' "a share from 0 to 1"; ERROR_SHARE=$2 ;;
    --rps) need "$1" "$2" '^[1-9][0-9]{0,3}$' "a number of requests per second from 1 to 9999"; RPS=$2 ;;
    --interval) need "$1" "$2" '^[1-9][0-9]*(ms|s)$' "a duration like 500ms or 2s"; INTERVAL=$2 ;;
  esac
}

interval_ms() {
  case $INTERVAL in
    *ms) echo "${INTERVAL%ms}" ;;
    *) echo $((${INTERVAL%s} * 1000)) ;;
  esac
}

# Without --state the folder is temporary and goes at the end. A folder that exists must be empty: old state would make
# another story. Socket paths live in it, so it must be short.
make_state() {
  if [ -z "$STATE" ]; then
    STATE=$(mktemp -d "${TMPDIR:-/tmp}/depops.XXXXXX")
  else
    KEEP=yes
    mkdir -p "$STATE" || exit 1
    [ -z "$(ls -A "$STATE")" ] || wrong_argument "the state folder $STATE is not empty: name a new one or empty it"
    STATE=$(cd "$STATE" && pwd -P)
  fi
  [ ${#STATE} -le 60 ] || wrong_argument "the path of the state folder is longer than 60 characters, too long for unix sockets"
  chmod 700 "$STATE"
  mkdir -p "$STATE/logs" "$STATE/run" "$STATE/keys"
  exec 3>>"$STATE/logs/story.log"
  export DEPOPS_CONFIG=$STATE/context.yaml
}
