#pragma once

#include <string>

#include "hub/rehearsal/ladder.h"
#include "shared/rollout/plan.h"

namespace depops::hub::rehearsal {

// When an analysis step passes, for people.
std::string pass_rule(const rollout::Analysis& analysis);

// Says for every analysis step whether the traffic is enough for its tests.
void look_out(Ladder& ladder, const rollout::Plan& plan, const Traffic& traffic);

}  // namespace depops::hub::rehearsal
