#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/ports/runtime.h"
#include "shared/analysis/counters.h"
#include "shared/analysis/spec.h"

namespace depops::agent {

// A version that is measured: what tells its numbers from those of the other one.
struct MeasuredSet {
  SetId set;
  VersionLabel version;
  bool operator==(const MeasuredSet&) const = default;
};

struct MeasureOrder {
  MetricName metric;  // "<service>/<metric>"
  analysis::Provider provider;
  std::vector<EndpointFacts> endpoints;  // of both sets
  std::vector<SetFacts> sets;            // likewise
  ServiceName service;
  RolloutId rollout;
  MeasuredSet canary;
  std::optional<MeasuredSet> stable;  // none: a first deployment
  bool operator==(const MeasureOrder&) const = default;
};

struct Measured {
  analysis::Reading reading;                     // counters per source
  std::vector<std::pair<SetId, double>> values;  // per set, for conditions
  std::string error;                             // why nothing was read; empty when all is well
  std::string nothing{};                         // all is well, and this is why numbers of a version are missing
  bool operator==(const Measured&) const = default;
};

// Reads numbers for metrics whose provider is not the router itself.
class MetricSource {
 public:
  virtual ~MetricSource() = default;
  virtual void start(std::function<void(Measured)> measured) = 0;
  // Reads each metric once now; the answer comes through `measured`. Returns at once.
  virtual void measure(std::vector<MeasureOrder> orders) = 0;
  virtual void stop() = 0;
};

}  // namespace depops::agent
