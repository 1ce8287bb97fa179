#pragma once

#include "shared/base/moment.h"

namespace depops::ports {

// The only way to the time. Thread: any.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Moment now() const = 0;
};

}  // namespace depops::ports
