#pragma once

#include "agent/ports/metric_source.h"

namespace depops::agent {

// One technology that numbers come from. Called on threads of its own, so that it may wait within its limits; on more
// than one only where whoever built it said that it remembers nothing between two readings.
class MetricReader {
 public:
  virtual ~MetricReader() = default;
  // Reads now. Trouble is said in the answer; the time of the answer is from before it was asked for.
  virtual Measured read(const MeasureOrder& order) = 0;
  // From any thread, for good: a reading under way ends soon.
  virtual void stop() {}
};

}  // namespace depops::agent
