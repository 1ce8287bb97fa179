# --fresh: both commands of the README inside a Debian 12 that has nothing installed, made by debootstrap in a temporary
# folder and removed afterwards. Mounts and processes live in namespaces of their own, so nothing of them stays.
FRESH=

apt_sources() {  # the machine's own Debian sources, whatever mirror they name
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' | sort -u
}

make_debian() {
  local mirror
  as_root apt-get update -q || return
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Codename: bookworm' | head -n 1)
  echo "from ${mirror:-the default mirror}"
  debootstrap --variant=minbase bookworm "$FRESH" ${mirror:+"$mirror"} || return
  apt_sources >"$FRESH/etc/apt/sources.list"
  apt-config dump | grep -E '^Acquire::https?::' >"$FRESH/etc/apt/apt.conf.d/80network"
  cp -L /etc/resolv.conf /etc/hosts "$FRESH/etc/"
  cp -L /etc/ssl/certs/ca-certificates.crt "$FRESH/etc/machine-certificates.crt" || return
  mkdir -p "$FRESH/src/shared" && git clone -q --no-hardlinks "$ROOT" "$FRESH/src/depops" || return
  if [ -d ../shared/vectors ]; then cp -r ../shared/vectors "$FRESH/src/shared/"; fi
}

# inside COMMAND...: in the new Debian, with this machine's way to the registries and nothing else of its environment.
inside() {
  local mounts='mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t sysfs sysfs "$1/sys"'
  unshare --mount --pid --fork --kill-child bash -c "$mounts"' && exec chroot "$1" /usr/bin/env -i "${@:2}"' - "$FRESH" \
    HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    NODE_EXTRA_CA_CERTS=/etc/machine-certificates.crt npm_config_cafile=/etc/machine-certificates.crt \
    ${npm_config_registry:+npm_config_registry="$npm_config_registry"} \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
    bash -c "cd /src/depops && $*"
}

remove_debian() {
  if [ -n "$FRESH" ]; then rm -rf --one-file-system "$FRESH"; fi
}

run_fresh() {
  if [ "$(id -u)" != 0 ]; then
    count_failed "--fresh: making a Debian needs root"
    return
  fi
  git diff --quiet HEAD || echo "Only what is committed is tested; this tree has changes that are not"
  FRESH=$(mktemp -d "${TMPDIR:-/tmp}/depops-fresh.XXXXXX")
  trap remove_debian EXIT
  npm_config_registry=$(npm config get registry 2>/dev/null)
  step "a new Debian 12" make_debian || return
  step "deploy/quickstart.sh --once in it" inside deploy/quickstart.sh --once
  step "tests/run.sh in it" inside tests/run.sh
  mkdir -p "$JUNIT/fresh"
  cp "$FRESH"/src/depops/build/junit/*.xml "$JUNIT/fresh/"
}
