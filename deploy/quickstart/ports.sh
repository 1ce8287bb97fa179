# Ports: a block of 100 on 127.0.0.1, below the kernel's range of outgoing ports, held by a lock for as long as this runs.
# Two runs side by side hold two blocks; a block in which anything listens is passed over.
declare -A PORT=() RANGE=()

block_is_free() {  # FIRST
  local port
  while read -r port; do
    [ "$port" -ge "$1" ] && [ "$port" -lt $(($1 + 100)) ] && return 1
  done < <(hex_listening)
  return 0
}

hex_listening() {
  local hex
  awk 'FNR > 1 && $4 == "0A" { split($2, a, ":"); print a[2] }' /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u |
    while read -r hex; do echo $((16#$hex)); done
}

take_ports() {
  local block first
  for block in $(seq 0 99 | shuf); do
    first=$((21000 + block * 100))
    exec 8>"${TMPDIR:-/tmp}/depops-ports-$(id -u)-$first.lock"
    if flock -n 8 && block_is_free "$first"; then
      share_out "$first"
      return
    fi
  done
  fail "no block of 100 free ports between 21000 and 31000"
}

share_out() {  # FIRST
  local next=$1 site
  for name in broker_sites broker_hub hub hub_artifacts hub_join; do
    PORT[$name]=$next
    next=$((next + 1))
  done
  next=$(($1 + 10))
  for site in "${SITES[@]}"; do
    PORT[$site]=$next
    PORT[$site-metrics]=$((next + 1))
    RANGE[$site]="$((next + 5))-$((next + 29))"
    next=$((next + 30))
  done
  HUB_URL=http://127.0.0.1:${PORT[hub]}
}
