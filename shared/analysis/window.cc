#include "shared/analysis/window.h"

#include <algorithm>

namespace depops::analysis {
namespace {

const CounterRow* row_of(const Reading& reading, const CounterRow& like) {
  const auto found = std::find_if(reading.rows.begin(), reading.rows.end(), [&](const CounterRow& row) {
    return row.source == like.source && row.set == like.set;
  });
  return found == reading.rows.end() ? nullptr : &*found;
}

bool fell(const CounterRow& before, const CounterRow& after) {
  return after.answers < before.answers || after.errors_5xx < before.errors_5xx || after.lost < before.lost;
}

void add(Arm& arm, const CounterRow& after, const CounterRow* before) {
  const CounterRow zero;
  const CounterRow& base = before != nullptr ? *before : zero;
  const std::uint64_t lost = after.lost - base.lost;
  arm.requests += after.answers - base.answers + lost;
  arm.errors += after.errors_5xx - base.errors_5xx + lost;
}

}  // namespace

Arm total_of(const Reading& reading, const SetId& set) {
  Arm arm;
  for (const CounterRow& row : reading.rows) {
    if (row.set == set) add(arm, row, nullptr);
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
    if (after.set == canary) add(cut.window.canary, after, row_of(from, after));
    if (after.set == stable) add(cut.window.stable, after, row_of(from, after));
  }
  return cut;
}

}  // namespace depops::analysis
