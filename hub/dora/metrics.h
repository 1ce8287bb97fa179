#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "hub/dora/row.h"
#include "hub/dora/statistics.h"

// The metrics of a period over rows that are streamed in. Absent values mean: nothing to compute from.
namespace depops::hub::dora {

struct Period {
  Instant from{};
  Instant to{};  // half-open
};

struct Frequency {
  std::uint64_t deployments = 0;
  double days = 0;  // of the period
  double per_day = 0;
  std::optional<Millis> median_gap;     // between deployments of the same service and environment
  std::uint64_t executions = 0;         // sites; never counted as deployments
  std::uint64_t redeploys = 0;          // of what was live already: no deployment
  std::uint64_t rollbacks = 0;          // themselves no deployment
  std::uint64_t aborted_unexposed = 0;  // ended before any traffic: no deployment, no failure
  std::vector<std::uint32_t> daily;     // per whole UTC day from `from`, empty days too; at most 3,660
};

struct LeadTime {  // per commit, committed to complete in production
  std::optional<Millis> p50;
  std::optional<Millis> p90;
  std::uint64_t n = 0;
  std::uint64_t negative = 0;  // committed after it was deployed: left out
};

struct FailRate {
  std::uint64_t failed = 0;
  std::uint64_t exposed = 0;  // deployments that took production traffic, by the first traffic
  std::uint64_t caught_in_canary = 0;
  std::optional<double> rate;  // 0..1
  std::optional<Interval> interval;
  std::optional<double> rate_without_canary;  // those caught in the canary neither failed nor deployed
};

struct Recovery {
  std::optional<Millis> p50;
  std::optional<Millis> p90;
  std::uint64_t n = 0;
  std::uint64_t open = 0;  // failed and not safe yet: in the fail rate, not in the percentiles
  std::optional<Millis> oldest_open;
};

struct Metrics {
  Frequency frequency;
  LeadTime lead_time;
  FailRate fail_rate;
  Recovery recovery;
};

struct ServiceMetrics {
  ServiceName service;
  Metrics metrics;
};

// Rows of one service must come together; inside a service any order. Rows from before the period are needed: the
// first deployment that held a commit decides.
class Collector {
 public:
  Collector(Period period, Instant now);
  ~Collector();

  void add(const Row& row);

  struct Outcome {
    Metrics all;  // counts summed, values pooled; never an average of rates or medians
    std::vector<ServiceMetrics> services;
  };
  Outcome finish();  // once

 private:
  struct Samples;
  struct Commits;
  void end_service();

  Period period_;
  Instant now_;
  ServiceName service_;
  std::unique_ptr<Samples> all_;
  std::unique_ptr<Samples> of_service_;
  std::unique_ptr<Commits> commits_;
  std::vector<ServiceMetrics> services_;
};

}  // namespace depops::hub::dora
