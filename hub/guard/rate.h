#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "shared/base/moment.h"

namespace depops::hub::guard {

// So many a minute, and no more at once; what was not used of a minute is not saved for later.
class Rate {
 public:
  explicit Rate(std::uint32_t per_minute) : per_minute_(per_minute), left_(per_minute) {}

  // Takes one, or says after how long one may be taken. By a clock that only goes forward.
  std::optional<Millis> take(Millis boottime) {
    refill(boottime);
    if (left_ >= 1) {
      left_ -= 1;
      return std::nullopt;
    }
    return Millis(1 + static_cast<std::int64_t>((1 - left_) * kMinute / per_minute_));
  }

 private:
  static constexpr double kMinute = 60'000;

  void refill(Millis boottime) {
    if (last_ && boottime > *last_) {
      const auto passed = static_cast<double>((boottime - *last_).count());
      left_ = std::min<double>(per_minute_, left_ + passed * per_minute_ / kMinute);
    }
    last_ = boottime;
  }

  double per_minute_;
  double left_;
  std::optional<Millis> last_;
};

}  // namespace depops::hub::guard
