#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "agent/ports/router.h"

namespace depops::agent::kubernetes {

// Weights of sets and of everything else as whole percents of the requests, by the largest remainder; without anything
// else they sum to 100. All weights 0: all percents 0.
std::vector<SetShare> percents_of(const std::map<SetId, std::uint64_t>& weights, std::uint64_t others);

}  // namespace depops::agent::kubernetes
