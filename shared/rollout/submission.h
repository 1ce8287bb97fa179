#pragma once

#include <memory>

#include "shared/base/names.h"
#include "shared/rollout/plan.h"

namespace depops::rollout {

// A target that was accepted for this site: signature, floors and digest are checked by then.
struct Submission {
  RolloutId rollout;
  DeploymentId deployment;
  Generation epoch;
  Digest plan_digest;
  std::shared_ptr<const Plan> plan;
  Actor by;
  bool operator==(const Submission&) const = default;
};

}  // namespace depops::rollout
