#pragma once

#include <cstddef>
#include <set>

#include "hub/app/turn.h"

// Which artifacts stay. Kept are those of
// - everything younger than a day: an artifact that was stored, a version that was published;
// - the newest kVersionsKept versions of each service;
// - what sites run, are told to run and would go back to, and what deployments under way start from and lead to;
// - what people can go back to: the newest kVersionsKept versions that completed healthy in each environment, and the
//   newest deployment there, which may be retried.
// Everything else is collected. A version stays known; deploying it is refused until its artifact is published again.
namespace depops::hub {

inline constexpr std::size_t kVersionsKept = 10;

std::set<Digest> needed_artifacts(const World& world, Instant now);

// Notes what is not needed any more, one leaf each, and has it removed after the commit. Returns when to look again.
Instant collect_artifacts(Turn& turn);

// Why a plan can not be carried out for want of its artifact.
Reasons collected(const World& world, const rollout::Plan& plan);

}  // namespace depops::hub
