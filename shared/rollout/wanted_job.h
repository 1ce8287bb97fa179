#pragma once

#include <string>
#include <vector>

#include "shared/rollout/record.h"

// Metrics that a Job measures: each of its runs is one measurement, ordered like a hook and never begun twice.
namespace depops::rollout {

inline constexpr Millis kJobGrace{60'000};  // how long after its limit the end of a Job may be told

struct WantedMeasure {
  std::string key;  // "<run>/<metric>/<number>"
  MetricName metric;
  HookJob job;
  Millis timeout{0};
};

// Those that should be running now.
std::vector<WantedMeasure> wanted_measures(const Record& record, const Moment& now);

// A metric with one at the same `number` of a mark is the same measurement, also after a restart.
std::string measure_key(const AnalysisMark& mark, const MetricName& metric, std::uint32_t number);

}  // namespace depops::rollout
