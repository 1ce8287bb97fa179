#pragma once

#include "shared/ports/clock.h"

namespace depops::clock {

// The machine's clocks: wall time, time since boot including sleep (CLOCK_BOOTTIME), and which boot it is. Thread: any.
class SystemClock final : public ports::Clock {
 public:
  SystemClock();  // reads the boot id once
  Moment now() const override;

 private:
  BootId boot_;
};

}  // namespace depops::clock
