#pragma once

#include <string>
#include <vector>

#include "agent/execution/orders_of.h"

// What becomes of objects that an earlier version had and the stable one has not. Pure.
namespace depops::agent {

// Lives of those that go: the stable version says so by name, nothing of the service is under way, and no version that
// is kept to go back to has them.
std::vector<std::string> prunable(const Records& records, const RuntimeFacts& facts);

// What people are told of it, with what to do.
std::string words_of(const LeftBehind& left, const Records& records);

// Those of `now` that were not in `before`, by life.
std::vector<LeftBehind> newly_left(const std::vector<LeftBehind>& before, const std::vector<LeftBehind>& now);

}  // namespace depops::agent
