#pragma once

#include <cstdint>

#include "shared/rollout/record.h"

// How much a rollout has at its height.
namespace depops::rollout {

// Instances of the target that the rollout will have at its height beside all of the stable version; 0: it is not
// known, or nothing is asked about. A way back is never asked about, nor is one on which both sets shrink and grow in
// turns as its steps say. `weights`: a router divides requests by weight; else instances take turns within the surge.
std::uint32_t height_of(const Record& record, bool weights);

}  // namespace depops::rollout
