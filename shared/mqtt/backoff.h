#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

#include "shared/base/moment.h"

namespace depops::mqtt {

// Full jitter: a wait anywhere between `least` and a bound that doubles with every failure up to `most`, so that a
// thousand sites do not come back in step.
class Backoff {
 public:
  Backoff(Millis least, Millis most) : least_(least), most_(most), random_(std::random_device{}()) {}

  Millis next() {
    const std::int64_t top = std::min(most_.count(), least_.count() << std::min(failures_, 20U));
    ++failures_;
    return Millis(std::uniform_int_distribution<std::int64_t>(std::min(least_.count(), top), top)(random_));
  }
  void reset() { failures_ = 0; }
  std::uint32_t failures() const { return failures_; }  // since the last reset

 private:
  Millis least_;
  Millis most_;
  std::mt19937_64 random_;
  std::uint32_t failures_ = 0;
};

}  // namespace depops::mqtt
