#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"

// How a site was, over time. Measured and kept there, told when the hub can be reached, always with the times of then.
namespace depops::sync {

inline constexpr Millis kHealthGrain{60'000};
inline constexpr Millis kHealthSpanMax{3'600'000};
inline constexpr std::size_t kHealthSpansMax = 64;     // in one frame
inline constexpr std::size_t kHealthServicesMax = 32;  // in one span, those that are least well
inline constexpr std::size_t kHealthTextMax = 256;

struct ServiceHealth {
  ServiceName service;
  std::uint32_t desired = 0;    // instances that should be there
  std::uint32_t ready = 0;      // fewest at a time
  std::uint32_t restarts = 0;   // ends of instances that nobody ordered
  std::uint32_t in_flight = 0;  // most requests under way and queued at a time
  bool operator==(const ServiceHealth&) const = default;
};

// [from, to) by the site's clock, whole minutes. From minute to minute of it nothing but in_flight was different.
struct HealthSpan {
  Instant from{};
  Instant to{};
  bool healthy = true;  // at every look
  std::string problem;  // the first in it, one line of at most kHealthTextMax bytes
  std::vector<ServiceHealth> services;
  bool operator==(const HealthSpan&) const = default;
};

// Down: the spans of a frame up to the one that ends then are committed.
struct HealthTaken {
  Instant upto{};
  bool operator==(const HealthTaken&) const = default;
};

}  // namespace depops::sync
