#!/bin/bash
# Runs PROGRAM with a real control plane: that of KUBEBUILDER_ASSETS, or of ../shared/kube/assets if that has been built.
# Exit status 77 (skipped) where there is neither.
#   usage: on_real_server.sh SOURCE-FOLDER PROGRAM ARGUMENT...
root=$1
shift
if [ -z "${KUBEBUILDER_ASSETS:-}" ]; then
  for built in "${KUBE_ASSETS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kube-assets}"/*/kube-apiserver; do
    [ -x "$root/../shared/kube/assets" ] && [ -x "$built" ] && KUBEBUILDER_ASSETS=$(dirname "$built")
  done
fi
if [ ! -x "${KUBEBUILDER_ASSETS:-}/kube-apiserver" ] || [ ! -x "$KUBEBUILDER_ASSETS/etcd" ]; then
  echo "skipped: KUBEBUILDER_ASSETS names no folder with etcd and kube-apiserver"
  exit 77
fi
export KUBEBUILDER_ASSETS
exec "$@"
