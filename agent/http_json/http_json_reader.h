#pragma once

#include <cstdint>
#include <memory>

#include "agent/ports/metric_reader.h"
#include "shared/ports/clock.h"

namespace depops::agent {

struct HttpJsonSettings {
  Millis timeout{4'000};                // of one reading
  std::uint64_t max_bytes = 1U << 20U;  // of one page
  std::string ca{};                     // PEM file of authorities for https; empty: those of the system
};

// Asks for pages of JSON. `clock` must outlive the reader.
std::unique_ptr<MetricReader> make_http_json_reader(HttpJsonSettings settings, const ports::Clock& clock);

}  // namespace depops::agent
