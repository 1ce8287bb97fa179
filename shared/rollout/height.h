#pragma once

#include <cstdint>
#include <optional>

#include "shared/rollout/dip.h"
#include "shared/rollout/record.h"

// How much a rollout has at its height, and how little at its lowest.
namespace depops::rollout {

// Instances of the target that the rollout will have at its height beside all of the stable version; 0: it is not
// known, or nothing is asked about. A way back is never asked about, nor is one on which both sets shrink and grow in
// turns as its steps say. `weights`: a router divides requests by weight; else instances take turns within the surge.
std::uint32_t height_of(const Record& record, bool weights);

// What its way forward may leave of the instances that the service needs. Nothing: there is no version that serves yet,
// nothing is under way, or it goes back, which nobody holds up.
std::optional<Dip> dip_of(const Record& record, bool weights);

}  // namespace depops::rollout
