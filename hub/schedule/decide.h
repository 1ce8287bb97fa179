#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/schedule/deployment.h"
#include "shared/base/moment.h"

// What a deployment does next. A function of the plan and of what its sites said last, of nothing else: asked twice it
// says the same, so a lost, repeated or late report changes nothing.
namespace depops::hub::schedule {

struct Decision {
  std::vector<SiteName> start;      // begin here now, in this order
  std::vector<RolloutId> abort;     // under way beside one that failed, in the scope of the rollback
  std::vector<SiteName> send_back;  // completed, and in the scope of the rollback
  rollout::State state = rollout::State::pending;
  std::string reason;
  Reasons waiting_for;
  std::uint32_t wave = 0;
  std::optional<Instant> wake;  // ask again then: a bake ends
  bool operator==(const Decision&) const = default;
};

// `rollouts`: all of the deployment, any order. `gates`: why no further site may begin now; what is under way goes on,
// and nothing holds back the way back.
Decision decide(const rollout::Plan& plan, const Deployment& deployment, const std::vector<const Rollout*>& rollouts,
                Instant now, const Reasons& gates = {});

// One at a time: why `plan` may not begin beside the deployments of the same service that are under way. Pairs of a
// deployment that is not ended and its plan.
struct UnderWay {
  const Deployment* deployment = nullptr;
  const rollout::Plan* plan = nullptr;
};
Reasons conflicts(const rollout::Plan& plan, const std::vector<UnderWay>& others);

}  // namespace depops::hub::schedule
