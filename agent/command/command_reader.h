#pragma once

#include <memory>

#include "agent/ports/metric_reader.h"
#include "shared/ports/clock.h"

namespace depops::agent {

// Runs programs of the site. `clock` must outlive the reader.
std::unique_ptr<MetricReader> make_command_reader(const ports::Clock& clock);

}  // namespace depops::agent
