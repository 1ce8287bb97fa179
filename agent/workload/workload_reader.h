#pragma once

#include <memory>

#include "agent/ports/metric_reader.h"
#include "shared/ports/clock.h"

namespace depops::agent {

// Takes numbers from the facts that came with the order. `clock` must outlive the reader.
std::unique_ptr<MetricReader> make_workload_reader(const ports::Clock& clock);

}  // namespace depops::agent
