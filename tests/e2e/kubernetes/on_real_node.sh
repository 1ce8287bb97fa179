#!/bin/bash
# Runs PROGRAM where it can start a real kubelet with containers: in namespaces of its own for network, mounts and
# processes, which end with it, and under a cgroup that goes afterwards. Prepares the image of the demo service.
# Exit status 77 (skipped) where containers can not run: not root, no containerd, or KUBEBUILDER_ASSETS without a kubelet.
#   usage: on_real_node.sh FOLDER-OF-BINARIES PROGRAM ARGUMENT...
set -u
NEEDED=(containerd runc ctr unshare ip ldd jq)
VERSIONS=(1.0 1.1 1.2 1.3 1.4)
TUNED=(kernel.panic kernel.panic_on_oops vm.overcommit_memory)  # a kubelet sets them for the whole machine

skip() {
  echo "skipped: $1"
  exit 77
}

# A small image with one layer: the program, `sleep` for its end, and the libraries of both.
make_image() {  # PROGRAM ARCHIVE
  local work file digest
  work=$(mktemp -d "$NODE/image.XXXX") || return 1
  mkdir -p "$work/tree/bin" "$work/tree/tmp"
  cp "$1" "$work/tree/bin/checkout"
  cp "$(type -P sleep)" "$work/tree/bin/sleep"
  while read -r file; do
    install -D "$(readlink -f "$file")" "$work/tree/$file" || return 1
  done < <(ldd "$work"/tree/bin/* | grep -o '/[^ ]*\.so[^ ]*' | sort -u)
  tar -C "$work/tree" -cf "$work/layer.tar" .
  digest=$(sha256sum "$work/layer.tar")
  jq -n --arg layer "sha256:${digest%% *}" '{architecture: "amd64", os: "linux", rootfs: {type: "layers", diff_ids: [$layer]},
    config: {Cmd: ["/bin/checkout"], Env: ["PATH=/bin", "ADDRESS=0.0.0.0", "PORT=8080"], WorkingDir: "/"}}' >"$work/config.json"
  printf '%s\n' "${VERSIONS[@]/#/registry.test/checkout:}" local.test/pause:1 |
    jq -nR '[{Config: "config.json", RepoTags: [inputs], Layers: ["layer.tar"]}]' >"$work/manifest.json"
  tar -C "$work" -cf "$2" manifest.json config.json layer.tar
}

make_cgroups() {  # NAME
  local hierarchy
  for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
    [ -e "$hierarchy/cgroup.procs" ] || continue
    mkdir -p "$hierarchy/$1" || return 1
    [ -e "$hierarchy/cpuset.cpus" ] && cat "$hierarchy/cpuset.cpus" >"$hierarchy/$1/cpuset.cpus"
    [ -e "$hierarchy/cpuset.mems" ] && cat "$hierarchy/cpuset.mems" >"$hierarchy/$1/cpuset.mems"
  done
  return 0
}

clean_up() {
  local value folder
  for value in "${BEFORE[@]}"; do sysctl -qw "$value"; done
  for folder in /sys/fs/cgroup/"$GROUP" /sys/fs/cgroup/*/"$GROUP"; do
    [ -d "$folder" ] && find "$folder" -depth -type d -exec rmdir {} \; 2>/dev/null
  done
  rm -rf "$NODE"
}

inside() {  # PROGRAM ARGUMENT...
  ip link set lo up
  ip address add 10.99.0.1/32 dev lo  # of the node: a kubelet takes no loopback address
  # Folders that a kubelet and the network plug-ins use whatever they are told.
  mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/log || exit 1
  exec "$@"
}

if [ "${1:-}" = --inside ]; then
  shift
  inside "$@"
fi

BINARIES=$1
shift
[ "$(id -u)" = 0 ] || skip "containers need root"
for needed in "${NEEDED[@]}"; do type -P "$needed" >/dev/null || skip "no $needed"; done
[ -x /usr/lib/cni/bridge ] || skip "no /usr/lib/cni/bridge; install containernetworking-plugins"
for needed in kubelet kube-scheduler; do [ -x "${KUBEBUILDER_ASSETS:-}/$needed" ] || skip "KUBEBUILDER_ASSETS has no $needed"; done
APART=(unshare --net --mount --propagation private --pid --fork --mount-proc --kill-child)
"${APART[@]}" true 2>/dev/null || skip "no namespaces can be made here"

NODE=$(mktemp -d /var/tmp/depops-node-XXXXXX) || exit 1
GROUP=$(basename "$NODE")
mapfile -t BEFORE < <(for name in "${TUNED[@]}"; do echo "$name=$(sysctl -n "$name")"; done)
trap clean_up EXIT
make_cgroups "$GROUP" || skip "no cgroup can be made here"
make_image "$BINARIES/depops-demo-checkout" "$NODE/images.tar" || exit 1
DEPOPS_NODE=$NODE DEPOPS_NODE_CGROUP=/$GROUP "${APART[@]}" "$0" --inside "$@"
