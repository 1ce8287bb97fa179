#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "agent/ports/metric_reader.h"
#include "shared/ports/clock.h"

namespace depops::agent {

struct PrometheusSettings {
  std::string url;                      // for metrics that name none; may hold user:password@
  std::string ca{};                     // PEM file of authorities for https; empty: those of the system
  Millis timeout{4'000};                // of one reading with all its queries
  std::uint64_t max_bytes = 1U << 20U;  // of one answer
};

// Asks a Prometheus server. `clock` must outlive the reader.
std::unique_ptr<MetricReader> make_prometheus_reader(PrometheusSettings settings, const ports::Clock& clock);

}  // namespace depops::agent
