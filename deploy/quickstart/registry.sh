# Registering environments, sites, the pipeline and versions, and making the artifacts.
STEP_MS=0

register_everything() {
  local site
  depops context set quickstart --hub "$HUB_URL" --token-file "$STATE/keys/token" --use >/dev/null ||
    fail "the context could not be written (logs/cli.log)"
  depops trust push "$STATE/trust/root" >/dev/null || fail "the hub refused the trust root (logs/cli.log)"
  depops env create staging --tier staging >/dev/null && depops env create production --tier production >/dev/null ||
    fail "the hub refused the environments (logs/cli.log)"
  for site in "${SITES[@]}"; do
    depops site create "$site" --environment "${ENVIRONMENT[$site]}" --label "region=${site%%-*}" >/dev/null ||
      fail "the hub refused site $site (logs/cli.log)"
    join_site "$site"
    start_site "$site"
    say "   $site is in ${ENVIRONMENT[$site]}, users at http://127.0.0.1:${PORT[$site]}/"
  done
  write_pipeline
  depops apply -f "$STATE/pipeline.yaml" >/dev/null || fail "the hub refused the pipeline (logs/cli.log)"
}

# The pipeline to copy is deploy/demo/pipeline.yaml; here only its interval and the length of a step change: five looks, and
# twice the time in which 10 % of the stream are the 100 requests without which nothing passes.
write_pipeline() {
  STEP_MS=$(($(interval_ms) * 5))
  if [ $((2000000 / RPS)) -gt $STEP_MS ]; then STEP_MS=$((2000000 / RPS)); fi
  sed -e "s/interval: 2s/interval: $INTERVAL/" -e "s/duration: 10s/duration: ${STEP_MS}ms/" "$ROOT/deploy/demo/pipeline.yaml" \
    >"$STATE/pipeline.yaml"
}

# make_artifact VERSION: a tar of the service; a bad version carries its fault in it.
make_artifact() {
  local folder=$STATE/artifacts/$1 share=0
  case $1 in 1.2 | 1.3) share=$ERROR_SHARE ;; esac
  mkdir -p "$folder/bin"
  cp "$BIN/depops-demo-checkout" "$folder/bin/checkout"
  printf 'CHECKOUT_VERSION=%s\nERROR_SHARE=%s\nFAULT_ENVIRONMENT=production\n' "$1" "$share" >"$folder/demo.env"
  tar --create --file "$folder.tar" --directory "$folder" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 bin demo.env
  rm -r "$folder"
}

publish_version() {  # VERSION
  local commit committed
  make_artifact "$1"
  commit=$(sha1sum "$STATE/artifacts/$1.tar" | cut -c -40)
  committed=$(date -u -d '-20 minutes' +%Y-%m-%dT%H:%M:%SZ)
  depops publish "$SERVICE" "$1" --artifact "$STATE/artifacts/$1.tar" --commit "$commit" --committed-at "$committed" >/dev/null ||
    fail "the hub refused version $1 (logs/cli.log)"
  say "published $SERVICE $1, $(du -h "$STATE/artifacts/$1.tar" | cut -f 1) of artifact, committed 20 minutes ago"
}
