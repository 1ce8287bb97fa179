#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/rollout/approver.h"
#include "shared/rollout/plan.h"
#include "shared/rollout/verb.h"
#include "shared/trust/approval.h"
#include "shared/trust/root.h"

// Down: state. The newest signed document replaces all earlier ones; only its generation orders it.
namespace depops::sync {

// What one service at the site should do. `plan_bytes` are the exact bytes whose digest approvals bind to.
struct Target {
  ServiceName service;
  RolloutId rollout;
  DeploymentId deployment;
  Generation epoch;  // generation of the document that introduced this rollout
  Digest plan_digest;
  std::string plan_bytes;
  rollout::Plan plan;  // decoded from plan_bytes
  // All verbs given for this rollout that the site has not answered yet, in order.
  std::vector<rollout::Command> commands;
  bool supersede = false;                // it ends what is under way of the service: back to stable, then this
  std::vector<std::string> approvals{};  // as people signed them
  bool operator==(const Target&) const = default;
};

// A full set every time: a service without a target stays as it is.
struct Desired {
  SiteName site;
  SiteEpoch site_epoch;
  Generation generation;
  HubEpoch hub_epoch;
  Instant issued{};
  Instant not_after{};
  std::vector<Target> targets;
  Digest base{};                           // newest document of the site that the hub knew as accepted; empty: not said
  trust::TrustVersion trust_version{};     // 0: not said
  std::vector<std::string> trust_roots{};  // newer trust roots as frames, oldest first
  std::string log_proof{};                 // empty: none
  bool rebase = false;                     // `base` is older than the newest one the site accepted, and that is meant
  bool operator==(const Desired&) const = default;
};

// What an approval of this plan must name, and whose own approval does not count; hub and site take the same.
inline trust::Subject subject_of(const rollout::Plan& plan, const Digest& digest) {
  return {plan.target.artifact, digest, plan.service, plan.target.label, plan.environment};
}
inline trust::Person author_of(const rollout::Plan& plan) {
  return trust::Person(rollout::person_of(plan.requested_by));
}

}  // namespace depops::sync
