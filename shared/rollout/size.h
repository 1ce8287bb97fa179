#pragma once

#include <cstdint>

#include "shared/rollout/record.h"

// How many instances a service has at this site: what its versions declare, or what somebody scaled it to.
namespace depops::rollout {

inline constexpr std::uint32_t kSizeMax = 1'000;

// Instances with which the stable version is whole; 0: nothing was ever deployed here.
std::uint32_t stable_size(const Record& record);

// Instances with which the target is whole. Pre: the record has a plan.
std::uint32_t target_size(const Record& record);

// So many of stable's instances carry all requests: while it grows those that it had before, so that scaling up never
// delays the way back.
std::uint32_t carrying_size(const Record& record);

}  // namespace depops::rollout
