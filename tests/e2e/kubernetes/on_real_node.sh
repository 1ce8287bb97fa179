#!/bin/bash
# Runs PROGRAM where it can start a real kubelet with containers: in namespaces of its own for network, mounts and
# processes, which end with it, and under a cgroup that goes afterwards. Prepares the images of the demo service and of the agent.
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

# A small image with one layer: these programs, and the libraries that they are linked with.
make_image() {  # ARCHIVE CONFIG TAGS PROGRAM...
  local work file digest archive=$1 config=$2 tags=$3
  shift 3
  work=$(mktemp -d "$NODE/image.XXXX") || return 1
  mkdir -p "$work/tree/bin" "$work/tree/tmp"
  cp --dereference "$@" "$work/tree/bin" || return 1
  while read -r file; do
    install -D "$(readlink -f "$file")" "$work/tree/$file" || return 1
  done < <(ldd "$work"/tree/bin/* | grep -o '/[^ ]*\.so[^ ]*' | sort -u)
  tar -C "$work/tree" -cf "$work/layer.tar" .
  digest=$(sha256sum "$work/layer.tar")
  jq -n --arg layer "sha256:${digest%% *}" --argjson config "$config" '{architecture: "amd64", os: "linux", $config,
    rootfs: {type: "layers", diff_ids: [$layer]}}' >"$work/config.json"
  jq -n --arg tags "$tags" '[{Config: "config.json", RepoTags: ($tags / " "), Layers: ["layer.tar"]}]' >"$work/manifest.json"
  tar -C "$work" -cf "$archive" manifest.json config.json layer.tar && rm -r "$work"
}

# What pods of the tests run: the demo service, with `sleep` for its end, and the agent as deploy/kubernetes wants it. What
# holds a pod's network does nothing else: it would share the service's port.
make_images() {
  local tags=${VERSIONS[*]/#/registry.test/checkout:}
  mkdir "$NODE/images" &&
    make_image "$NODE/images/checkout.tar" "{\"Cmd\": [\"/bin/depops-demo-checkout\"], \"WorkingDir\": \"/\",
      \"Env\": [\"PATH=/bin\", \"ADDRESS=0.0.0.0\", \"PORT=8080\"]}" "$tags" \
      "$BINARIES/depops-demo-checkout" "$(type -P sleep)" &&
    make_image "$NODE/images/pause.tar" '{"Cmd": ["/bin/sleep", "infinity"], "Env": ["PATH=/bin"]}' local.test/pause:1 \
      "$(type -P sleep)" &&
    make_image "$NODE/images/agent.tar" '{"Env": ["PATH=/bin"], "WorkingDir": "/"}' registry.test/depops-agent:0.1 \
      "$BINARIES/depops-agent" "$BINARIES/depops-fetch" "$(type -P sh)"
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
  ip address add 10.96.0.1/32 dev lo  # of the API server, as pods are told it: there is no kube-proxy
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
make_images || exit 1
DEPOPS_NODE=$NODE DEPOPS_NODE_CGROUP=/$GROUP "${APART[@]}" "$0" --inside "$@"
