#pragma once

#include <cstdint>

namespace depops::rollout {

// Of the instances with which a service is whole those that its rollout leaves able to serve at its lowest.
struct Dip {
  std::uint32_t whole = 0;
  std::uint32_t lowest = 0;  // [0, whole]
  bool operator==(const Dip&) const = default;
};

}  // namespace depops::rollout
