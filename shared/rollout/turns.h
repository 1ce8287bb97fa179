#pragma once

#include <cstdint>

namespace depops::rollout {

// Where another version can only take the place of a version's instances, one by one: which of them is the next to go.
enum class Turns : std::uint8_t {
  none,      // versions stand side by side
  by_place,  // the one in the next place of a row, whatever serves there: a StatefulSet
  by_need,   // what does not serve goes first: a DaemonSet
};

}  // namespace depops::rollout
