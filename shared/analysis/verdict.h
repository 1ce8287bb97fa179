#pragma once

#include <cstdint>
#include <string>

#include "shared/analysis/counters.h"
#include "shared/base/names.h"

// What a measurement or a whole run says. Order of precedence for a run: fail > error > inconclusive > no_data > pass.
namespace depops::analysis {

enum class Outcome {
  pass,
  fail,
  inconclusive,
  no_data,     // nothing was measured: never counts as pass
  error,       // measuring itself went wrong: never counts as pass
  terminated,  // stopped from outside before it could say anything: never counts as pass
};

const char* name_of(Outcome outcome) noexcept;

// What decides when several metrics say different things: the higher number.
int precedence(Outcome outcome) noexcept;

// One judged window of one metric, with the numbers a person needs to check it.
struct Measurement {
  MetricName metric;
  Outcome outcome = Outcome::no_data;
  Window window;
  double value = 0;      // evidence E of a sequential test, or `result` of a condition
  double limit = 0;      // what value is held against: 1/alpha, or 0 for conditions
  std::string sentence;  // "canary 9 errors in 212 requests, stable 9 in 1902: 9.0x, evidence 731 : 1, limit 20 : 1"

  bool operator==(const Measurement&) const = default;
};

}  // namespace depops::analysis
