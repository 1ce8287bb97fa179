#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shared/analysis/sequential.h"
#include "shared/analysis/spec.h"
#include "shared/analysis/verdict.h"

// One analysis from its first window to its verdict, as values: whoever keeps the RunState with the window that made it
// neither repeats nor loses a window over a restart.
namespace depops::analysis {

struct MetricState {
  SequentialState sequential;
  std::uint64_t canary_requests = 0;  // over the whole run
  std::uint32_t passes = 0;
  std::uint32_t failures = 0;
  std::uint32_t inconclusives = 0;
  std::uint32_t errors_in_a_row = 0;
  std::uint32_t no_data_in_a_row = 0;
  bool operator==(const MetricState&) const = default;
};

struct RunState {
  std::vector<MetricState> metrics;  // in the order of the spec
  bool operator==(const RunState&) const = default;
};

// What was read at the end of an interval, one of:
struct CountedWindow {  // counts of both arms, for the errors test and for conditions over requests and errors
  Window window;
};
struct SampledValues {  // per-arm values, for conditions over result and baseline
  Window window;        // its times, and counts where there are any
  std::optional<double> result;
  std::optional<double> baseline;
};
struct NothingMeasured {  // the source answers, but has nothing: no such series, a source ended within the window
  Window window;
  std::string why;
};
struct MeasuringFailed {  // the source does not answer
  Window window;
  std::string why;
};
using Input = std::variant<CountedWindow, SampledValues, NothingMeasured, MeasuringFailed>;

struct Judged {
  MetricState next;
  Measurement measurement;
};

RunState begin(const AnalysisSpec& spec);

// Judges one window of metric `index`. Pre: the spec is the one begin() was called with.
Judged judge(const RunState& run, const AnalysisSpec& spec, std::size_t index, const Input& input);

// Whether the run is decided before its time is over; nothing = it goes on. `pass` never comes early here.
struct Decision {
  Outcome outcome = Outcome::pass;
  MetricName metric;   // the one that decided
  std::string reason;  // for people: which limit was passed by what
};
std::optional<Decision> decided(const RunState& run, const AnalysisSpec& spec);

// At the end of the duration: pass if every metric that is not a dry run passed at least once and saw min_requests,
// else inconclusive or no_data with the reason.
Decision conclude(const RunState& run, const AnalysisSpec& spec);

// The evidence a metric's errors test must reach: the alpha of the rollout is split among the metrics that can fail it.
double evidence_limit(const AnalysisSpec& spec, const ErrorsTest& test);

}  // namespace depops::analysis
