#pragma once

#include <cstdint>
#include <vector>

namespace depops::agent::haproxy {

struct SetNeed {
  std::uint32_t percent = 0;  // of the requests of the service
  std::uint32_t servers = 0;  // that take requests now
};

// How much each server of a set gets. `active` servers have `weight`, the rest
// of the set 0: only so can one server have 1 % beside eight with 99 %, as
// HAProxy's weights end at 256.
struct SetWeight {
  std::uint32_t weight = 0;
  std::uint32_t active = 0;
};

// The weights in 0..256 that come nearest to the shares, by search over all
// scales: the worst error for whole percents and up to 8 servers a set is far
// below half a percent. A set without servers gets nothing, the others its
// share too.
std::vector<SetWeight> choose_weights(const std::vector<SetNeed>& needs);

}  // namespace depops::agent::haproxy
