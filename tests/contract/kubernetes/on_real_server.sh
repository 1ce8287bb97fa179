#!/bin/bash
# Runs PROGRAM with a real control plane: that of KUBEBUILDER_ASSETS, or of ../shared/kube/assets if that has been built.
# Exit status 77 (skipped) where there is neither.
# --controllers: the folder must hold kube-controller-manager, too.
#   usage: on_real_server.sh [--controllers] SOURCE-FOLDER PROGRAM ARGUMENT...
needed=(etcd kube-apiserver)
if [ "$1" = --controllers ]; then
  needed+=(kube-controller-manager)
  shift
fi
root=$1
shift
if [ -z "${KUBEBUILDER_ASSETS:-}" ]; then
  for built in "${KUBE_ASSETS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kube-assets}"/*/kube-apiserver; do
    [ -x "$root/../shared/kube/assets" ] && [ -x "$built" ] && KUBEBUILDER_ASSETS=$(dirname "$built")
  done
fi
for program in "${needed[@]}"; do
  if [ ! -x "${KUBEBUILDER_ASSETS:-}/$program" ]; then
    echo "skipped: KUBEBUILDER_ASSETS names no folder with ${needed[*]}"
    exit 77
  fi
done
export KUBEBUILDER_ASSETS
exec "$@"
