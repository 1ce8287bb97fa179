# Sourced by deploy/quickstart.sh and tests/run.sh: installs the Debian packages that deploy/packages.txt lists.
# Asks nothing, needs no network when everything is there, and leaves no service running that was not running before.

packages_for() {  # USE...: the names of the packages for these uses
  local file uses
  file="$(dirname "${BASH_SOURCE[0]}")/packages.txt"
  uses=" $* "
  awk -v uses="$uses" '!/^#/ && NF == 2 && index(uses, " " $2 " ") { print $1 }' "$file"
}

node_is_enough() {
  command -v npm >/dev/null && command -v node >/dev/null &&
    [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 18' 2>/dev/null)" = true ]
}

missing_packages() {  # USE...
  local name
  for name in $(packages_for "$@"); do
    dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || echo "$name"
  done
  case " $* " in *" build "*) node_is_enough || printf 'nodejs\nnpm\n' ;; esac
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

running_services() {
  if [ -d /run/systemd/system ]; then
    systemctl list-units --type=service --state=running --no-legend --plain | awk '{ sub(/\.service$/, "", $1); print $1 }'
  else
    local script
    for script in /etc/init.d/*; do
      [ -x "$script" ] && "$script" status >/dev/null 2>&1 && basename "$script"
    done
  fi
  return 0
}

startable_services() {  # what starts with the machine
  if [ -d /run/systemd/system ]; then
    systemctl list-unit-files --type=service --state=enabled --no-legend | awk '{ sub(/\.service$/, "", $1); print $1 }'
  else
    find /etc/rc2.d -name 'S*' 2>/dev/null | sed 's|.*/S[0-9]*||'
  fi
  return 0
}

stop_and_disable() {  # SERVICE
  if [ -d /run/systemd/system ]; then
    as_root systemctl disable --now "$1" >/dev/null 2>&1
  else
    as_root "/etc/init.d/$1" stop >/dev/null 2>&1
    as_root update-rc.d "$1" disable >/dev/null 2>&1
  fi
  echo "  stopped and disabled the service $1, which the installation had started: DepOps starts its own"
}

apt_install() {  # NAME...
  local quiet=(-y -q -o Dpkg::Use-Pty=0 --no-install-recommends)
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${quiet[@]}" "$@"
}

install_packages() {  # LOGFILE USE...: lists what is missing, installs it, stops what that started
  local log=$1 names before after
  shift
  mapfile -t names < <(missing_packages "$@")
  if [ ${#names[@]} = 0 ]; then
    echo "Debian packages: all there, nothing to install"
    return 0
  fi
  echo "Debian packages to install:"
  printf '%s\n' "${names[@]}" | fold_names
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    echo "cannot install them: neither root nor sudo. Install them as root, then start again with --no-install" >&2
    return 1
  fi
  before=$(running_services; startable_services)
  if ! apt_install "${names[@]}" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "installing the packages failed; the whole output is in $log" >&2
    return 1
  fi
  after=$(running_services; startable_services)
  comm -13 <(sort -u <<<"$before") <(sort -u <<<"$after") | while read -r name; do stop_and_disable "$name"; done
}

fold_names() {
  tr '\n' ' ' | fold -s -w 100 | sed 's/^/  /'
  echo
}
