#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"

// Traffic counters as analysis sees them: raw, cumulative, one row per source that counts for itself.
namespace depops::analysis {

// Of a latency histogram: answers that took at most so many seconds.
struct Bucket {
  double bound = 0;
  std::uint64_t within = 0;

  bool operator==(const Bucket&) const = default;
};

// What one counting source (a server line of a router, a scraped process) has seen for one set since it began to count.
// `source` names the source and its life, for instance "haproxy:4711/checkout-3f9a1c22bd01.2": a restart that zeroes
// the counter is a new source, so a difference between two readings of the same source is never negative.
struct CounterRow {
  SetId set;
  std::string source;
  std::uint64_t answers = 0;     // requests that got any status
  std::uint64_t errors_5xx = 0;  // of these, status 500-599
  std::uint64_t lost = 0;        // attempts without an answer: refused, reset, hung, redispatched; each counted once
  std::vector<Bucket>
      buckets{};  // rising bounds without +Inf, which is `answers`; only where a histogram was asked for

  bool operator==(const CounterRow&) const = default;
};

// All rows of one metric read at one moment. A source that was read before and is gone now has ended.
struct Reading {
  MetricName metric;
  Instant at{};
  std::vector<CounterRow> rows;

  bool operator==(const Reading&) const = default;
};

// Exposure = answers + lost; errors = 5xx answers + lost.
struct Arm {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;

  bool operator==(const Arm&) const = default;
};

// One closed interval [from, to) of both arms, taken while the traffic weights did not change.
struct Window {
  Instant from{};
  Instant to{};
  Arm canary;
  Arm stable;

  bool operator==(const Window&) const = default;
};

}  // namespace depops::analysis
