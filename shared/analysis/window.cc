#include "shared/analysis/window.h"

#include <algorithm>

#include "shared/analysis/dispersion.h"

namespace depops::analysis {
namespace {

bool fell(const CounterRow& before, const CounterRow& after) {
  return after.answers < before.answers || after.errors_5xx < before.errors_5xx || after.lost < before.lost;
}

void add(Arm& arm, const Arm& more) {
  arm.requests += more.requests;
  arm.errors += more.errors;
}

}  // namespace

const CounterRow* row_of(const Reading& reading, const CounterRow& like) noexcept {
  const auto found = std::find_if(reading.rows.begin(), reading.rows.end(), [&](const CounterRow& row) {
    return row.source == like.source && row.set == like.set;
  });
  return found == reading.rows.end() ? nullptr : &*found;
}

Arm counted(const CounterRow& after, const CounterRow* before) noexcept {
  Arm arm{after.answers + after.lost, after.errors_5xx + after.lost};
  if (before == nullptr) return arm;
  return {arm.requests - before->answers - before->lost, arm.errors - before->errors_5xx - before->lost};
}

Arm total_of(const Reading& reading, const SetId& set) {
  Arm arm;
  for (const CounterRow& row : reading.rows) {
    if (row.set == set) add(arm, counted(row, nullptr));
  }
  return arm;
}

WindowCut window_between(const Reading& from, const Reading& to, const SetId& canary, const SetId& stable) {
  WindowCut cut;
  cut.window.from = from.at;
  cut.window.to = to.at;
  for (const CounterRow& before : from.rows) {
    if (before.set != canary && before.set != stable) continue;
    const CounterRow* after = row_of(to, before);
    if (after == nullptr) cut.broken = "source " + before.source + " ended within the window";
    if (after != nullptr && fell(before, *after)) cut.broken = "source " + before.source + " counted backwards";
  }
  if (!cut.broken.empty()) return cut;
  for (const CounterRow& after : to.rows) {
    if (after.set == canary) add(cut.window.canary, counted(after, row_of(from, after)));
    if (after.set == stable) add(cut.window.stable, counted(after, row_of(from, after)));
  }
  cut.stable_parts = stable_parts(from, to, stable, cut.window.canary.requests);
  return cut;
}

}  // namespace depops::analysis
