#pragma once

#include "agent/ports/metric_source.h"

namespace depops::agent {

// One technology that numbers come from. Called on one thread, its own, so that it may wait within its limits.
class MetricReader {
 public:
  virtual ~MetricReader() = default;
  // Reads now. Trouble is said in the answer; the time of the answer is from before it was asked for.
  virtual Measured read(const MeasureOrder& order) = 0;
  // From any thread, for good: a reading under way ends soon.
  virtual void stop() {}
};

}  // namespace depops::agent
