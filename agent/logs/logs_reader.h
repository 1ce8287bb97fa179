#pragma once

#include <memory>
#include <string>

#include "agent/ports/metric_reader.h"
#include "shared/ports/clock.h"

namespace depops::agent {

struct LogsSettings {
  std::string instances;  // the folder with one folder for each instance, under its id, which holds `log`
};

// Counts lines in the logs of the instances. `clock` must outlive the reader.
std::unique_ptr<MetricReader> make_logs_reader(LogsSettings settings, const ports::Clock& clock);

}  // namespace depops::agent
