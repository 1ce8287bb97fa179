#include "shared/base/moment.h"

#include <algorithm>

namespace depops {

Millis elapsed(const Stamp& start, const Moment& now, Millis limit) noexcept {
  if (start.boot == now.boot) return std::max(now.boottime - start.boottime, Millis(0));
  return std::clamp(now.wall - start.wall, Millis(0), std::max(limit, Millis(0)));
}

bool is_over(Millis wait, const std::optional<Stamp>& since, const Moment& now) noexcept {
  return !since || elapsed(*since, now, wait) >= wait;
}

}  // namespace depops
