#include "shared/trust/refusal.h"

#include "shared/base/check.h"

namespace depops::trust {
namespace {

struct Row {
  Refusal refusal;
  const char* name;
};

constexpr Row kRows[] = {
    {Refusal::size, "size"},
    {Refusal::signature, "signature"},
    {Refusal::payload_type, "payload-type"},
    {Refusal::destination, "destination"},
    {Refusal::epoch, "epoch"},
    {Refusal::rollback, "rollback"},
    {Refusal::fast_forward, "fast-forward"},
    {Refusal::equivocation, "equivocation"},
    {Refusal::base, "base"},
    {Refusal::expired, "expired"},
    {Refusal::critical, "critical"},
    {Refusal::trust_version, "trust-version"},
    {Refusal::environment, "environment"},
    {Refusal::quorum, "quorum"},
    {Refusal::rejected, "rejected"},
    {Refusal::approval_broken, "approval-broken"},
    {Refusal::approval_key, "approval-key"},
    {Refusal::approval_revoked, "approval-revoked"},
    {Refusal::approval_person, "approval-person"},
    {Refusal::approval_scope, "approval-scope"},
    {Refusal::approval_subject, "approval-subject"},
    {Refusal::approval_time, "approval-time"},
    {Refusal::approval_author, "approval-author"},
    {Refusal::break_glass, "break-glass"},
    {Refusal::log_proof, "log-proof"},
    {Refusal::root_pin, "root-pin"},
    {Refusal::root_version, "root-version"},
    {Refusal::root_rules, "root-rules"},
    {Refusal::root_expired, "root-expired"},
};

}  // namespace

const char* name_of(Refusal refusal) noexcept {
  const char* name = nullptr;
  for (const Row& row : kRows) {
    if (row.refusal == refusal) name = row.name;
  }
  DEPOPS_CHECK(name != nullptr);
  return name;
}

}  // namespace depops::trust
