# Who has a say: the trust root. Two people sign it, and nothing begins in production unless two different people approved it,
# each with a key that no hub ever sees. Here all keys lie in one folder; at work each is made and kept by its person.
ROOT_PEOPLE=(ruth ravi)
APPROVERS=(ana ben)

person_key() { depops keys new "$1" --dir "$STATE/trust" --person "$1" "${@:2}" >/dev/null; }

make_trust_root() {
  local person files=()
  for person in "${ROOT_PEOPLE[@]}"; do person_key "$person" --role root || fail "no key for $person (logs/cli.log)"; done
  for person in "${APPROVERS[@]}"; do
    person_key "$person" --environment production || fail "no key for $person (logs/cli.log)"
  done
  depops keys import hub --dir "$STATE/trust" --person hub --role hub-release --public-key "$STATE/keys/hub.pub" >/dev/null ||
    fail "the hub's key could not be taken in (logs/cli.log)"
  for person in "${ROOT_PEOPLE[@]}" "${APPROVERS[@]}" hub; do files+=(--key "$STATE/trust/$person.pub.json"); done
  depops trust new "$STATE/trust/root" "${files[@]}" --environment staging=staging --environment production=production >/dev/null ||
    fail "no trust root (logs/cli.log)"
  for person in "${ROOT_PEOPLE[@]}"; do
    depops trust sign "$STATE/trust/root" --key "$STATE/trust/$person.key" >/dev/null || fail "$person could not sign (logs/cli.log)"
  done
  say "${ROOT_PEOPLE[*]} signed the trust root; ${APPROVERS[*]} must both approve what begins in production"
}

# approve ID: both, on their own machines. Every site checks what they signed, whatever the hub says.
approve() {
  local person
  say "$1 $(deployment "$1" | jq -r '.waiting[0].text // "waits for nobody"')"
  for person in "${APPROVERS[@]}"; do
    depops approve "$1" --key "$STATE/trust/$person.key" --out "$STATE/trust/$1-$person.dsse.json" --yes \
      --reason "it is healthy in staging" >/dev/null || fail "the approval of $person was refused (logs/cli.log)"
    say "   $person approved it with a key of their own"
  done
}
