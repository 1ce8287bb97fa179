#pragma once

#include <cstdint>
#include <memory>

#include "agent/ports/metric_reader.h"
#include "shared/ports/clock.h"

namespace depops::agent {

struct ScrapeSettings {
  Millis timeout{2'000};                // of one endpoint, all in all
  std::uint64_t max_bytes = 4U << 20U;  // of one answer
};

// Reads Prometheus text from the endpoints themselves. `clock` must outlive the reader.
std::unique_ptr<MetricReader> make_scrape_reader(ScrapeSettings settings, const ports::Clock& clock);

}  // namespace depops::agent
