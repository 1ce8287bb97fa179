#pragma once

#include "shared/base/moment.h"

namespace depops::sync {

// Both clocks at `ms`, of one boot.
inline Moment at(std::int64_t ms) { return {Instant(Millis(ms)), Millis(ms), BootId("b")}; }

}  // namespace depops::sync
