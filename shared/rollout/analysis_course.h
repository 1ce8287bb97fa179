#pragma once

#include "shared/rollout/draft.h"

// What the step's analysis and the one beside the steps have in common. Internal.
namespace depops::rollout {

inline constexpr Millis kReadingGrace{5'000};  // how late a reading may be before measuring counts as failed

struct Course {
  std::optional<AnalysisMark> Record::*mark = nullptr;
  const analysis::AnalysisSpec* spec = nullptr;
  Stamp floor;  // no window opens before it
};

// Cuts and judges the windows that are over, and opens the next ones. Metrics without `compares` when the stable
// version has no requests to compare with are left out by `only_absolute`.
void observe_metrics(Draft& draft, const Course& course, bool only_absolute);

// Judges one window of the metric and tells it. `instead`: of the sentence on its numbers; `nothing`: why there are
// none, said behind it; empty: neither.
void judge_metric(Draft& draft, const Course& course, std::size_t index, const analysis::Input& input,
                  const std::string& instead = {}, const std::string& nothing = {});

// The same for a metric that a Job measures, once that has ended (wanted_job.cc). Pre: it is one.
void observe_measure(Draft& draft, const Course& course, std::size_t index);

// What the windows so far say, with the numbers of the window that decided; nothing while they say nothing.
std::optional<analysis::Decision> decided_now(Draft& draft, const Course& course);

// Fail: back, or a person decides. No data, errors or doubt: pause. Pass is the caller's.
void settle_doubt(Draft& draft, const analysis::Decision& decision);

bool waits_for_person(const Record& record);

// A mark of the first window, nothing counted yet.
AnalysisMark fresh_mark(const std::string& run, std::uint32_t attempt, const analysis::AnalysisSpec& spec,
                        const Moment& now);

// Counting begins anew, for instance because a window would span two weights.
void close_windows(AnalysisMark& mark, const Moment& now);

}  // namespace depops::rollout
