#include "shared/base/moment.h"

#include <algorithm>

namespace depops {

Millis elapsed(const Stamp& start, const Moment& now, Millis limit) noexcept {
  if (start.boot == now.boot) return std::max(now.boottime - start.boottime, Millis(0));
  return std::clamp(now.wall - start.wall, Millis(0), std::max(limit, Millis(0)));
}

}  // namespace depops
