#pragma once

#include <cstdint>
#include <optional>

#include "shared/rollout/plan.h"

// Batches: so many instances serve the new version and the others the stable one, requests in proportion.
namespace depops::rollout {

// The share of the requests that the step asks for where there are `n` instances, in whole percents rounded down, at
// least 1; nothing: it asks for none.
std::optional<std::uint32_t> share_asked(const Step& step, std::uint32_t n);

// Instances that a stable version of `n` keeps while the target has `percent` of the requests. By batches it gives up
// one for each that the target has; else it keeps what its share needs, rounded up.
std::uint32_t stable_keeps(const Canary& canary, std::uint32_t percent, std::uint32_t n);

}  // namespace depops::rollout
