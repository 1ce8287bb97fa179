#pragma once

#include <optional>
#include <string>

#include "shared/analysis/counters.h"

namespace depops::analysis {

// What happened between two readings of the same metric. `broken` says why the counts can not be trusted whole ("source
// ... ended"): such a window carries no evidence, because the last counts of what ended were never read.
struct WindowCut {
  Window window;
  std::string broken;
  std::optional<Window> stable_parts;  // the stable instances among themselves, where there are two or more
};

// A source that is new in `to` began within the window: all it counted belongs to it.
WindowCut window_between(const Reading& from, const Reading& to, const SetId& canary, const SetId& stable);

// What one source counted since `before`, or since it began to count if that is null. Pre: no counter fell.
Arm counted(const CounterRow& after, const CounterRow* before) noexcept;

// The row of the same source and set, or null.
const CounterRow* row_of(const Reading& reading, const CounterRow& like) noexcept;

// The sum over all sources of one set since they began to count.
Arm total_of(const Reading& reading, const SetId& set);

}  // namespace depops::analysis
