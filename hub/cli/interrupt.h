#pragma once

#include "shared/base/moment.h"

namespace depops::hub::cli {

// Ctrl-C while something is watched: ends the watching, not the process at once.
class Interrupt {
 public:
  Interrupt();   // takes SIGINT and SIGTERM over
  ~Interrupt();  // gives them back
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool came() const noexcept;
  // Waits so long, or until the signal comes. True if it came.
  bool wait(Millis at_most) const noexcept;
};

}  // namespace depops::hub::cli
