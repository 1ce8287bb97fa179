#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shared/analysis/dispersion.h"
#include "shared/analysis/gauge.h"
#include "shared/analysis/latency.h"
#include "shared/analysis/proof.h"
#include "shared/analysis/sequential.h"
#include "shared/analysis/spec.h"
#include "shared/analysis/verdict.h"

// One analysis from its first window to its verdict, as values: whoever keeps the RunState with the window that made it
// neither repeats nor loses a window over a restart.
namespace depops::analysis {

// Pairs taken for the test that looks once.
struct SamplesState {
  Samples canary;
  Samples stable;
  bool operator==(const SamplesState&) const = default;
};

using OtherState = std::variant<std::monostate, LatencyState, GaugeState, SamplesState, BurnState>;

struct MetricState {
  SequentialState sequential;  // of the errors test, as are the next two
  DispersionState dispersion;
  ProofState proof;
  OtherState other;                   // of any other test
  std::uint64_t canary_requests = 0;  // over the whole run
  Millis measured{0};                 // sum of the windows judged
  std::uint32_t passes = 0;
  std::uint32_t failures = 0;
  std::uint32_t inconclusives = 0;
  std::uint32_t passes_in_a_row = 0;
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
  std::optional<Window> stable_parts;  // the stable instances among themselves, to measure dispersion
};
struct CountedHistogram {  // for the latency test
  Window window;           // its times and counts
  HistogramWindow histogram;
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
using Input = std::variant<CountedWindow, CountedHistogram, SampledValues, NothingMeasured, MeasuringFailed>;

struct Judged {
  MetricState next;
  Measurement measurement;
};

RunState begin(const AnalysisSpec& spec);

// Judges one window of metric `index`. Pre: the spec is the one begin() was called with.
Judged judge(const RunState& run, const AnalysisSpec& spec, std::size_t index, const Input& input);

// Whether the test judges one value per version; the others judge counts.
bool takes_values(const Test& test);

// Whether it needs the requests or values of the stable version to judge the other one's.
bool compares(const Test& test);

// Whether the metric needs no more windows: it passed, failed, or took all it was to take.
bool finished(const MetricState& state, const MetricSpec& metric);

// Whether the run is decided before its time is over; nothing = it goes on. It passes early only when every metric that
// can fail it is done (count, consecutiveSuccessLimit, or proven after its soak) and could pass at the end.
struct Decision {
  Outcome outcome = Outcome::pass;
  MetricName metric;   // the one that decided
  std::string reason;  // for people: which limit was passed by what
};
std::optional<Decision> decided(const RunState& run, const AnalysisSpec& spec);

// Whether every metric that can hold the run up has had a window judged, whatever came out: before that, the end of the
// duration says nothing.
bool was_judged(const RunState& run, const AnalysisSpec& spec);
bool was_judged(const MetricState& state);  // the same of one metric

// Whether every such metric has had a window that passed, or need not have one.
bool has_passed(const RunState& run, const AnalysisSpec& spec);

// At the end of the duration: pass if every metric that is not a dry run passed often enough, saw min_requests and,
// where that is demanded, proved itself; else inconclusive or no_data with the reason.
Decision conclude(const RunState& run, const AnalysisSpec& spec);

// Stopped from outside: what was decided stands, everything else is `terminated` and counts as nothing.
Decision terminate(const RunState& run, const AnalysisSpec& spec);

// The evidence a test must reach: the alpha of the rollout is split among the metrics that can fail it.
double evidence_limit(const AnalysisSpec& spec, double alpha);

// Bytes that the state of one metric takes when it is kept.
std::size_t size_of(const MetricState& state);

}  // namespace depops::analysis
