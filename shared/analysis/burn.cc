#include "shared/analysis/burn.h"

#include <algorithm>

#include "shared/analysis/sentence.h"

namespace depops::analysis {
namespace {

constexpr double kMonth = 30.0 * 24 * 3600 * 1000;

double rate(const Arm& arm) {
  return arm.requests == 0 ? 0 : static_cast<double>(arm.errors) / static_cast<double>(arm.requests);
}

// A slice is joined to the one before as long as both fit into a twentieth of the long window: the state stays small
// however short the windows are.
void push(std::vector<BurnSlice>& slices, const BurnSlice& slice, Millis grain) {
  if (!slices.empty() && slice.to - slices.back().from <= grain) {
    BurnSlice& last = slices.back();
    last.to = slice.to;
    last.canary.requests += slice.canary.requests;
    last.canary.errors += slice.canary.errors;
    return;
  }
  slices.push_back(slice);
}

double burn_over(const std::vector<BurnSlice>& slices, Millis length, double budget) {
  Arm sum;
  if (slices.empty()) return 0;
  for (const BurnSlice& slice : slices) {
    if (slice.to <= slices.back().to - length) continue;
    sum.requests += slice.canary.requests;
    sum.errors += slice.canary.errors;
  }
  return rate(sum) / budget;
}

std::string minutes(Millis length) { return short_number(static_cast<double>(length.count()) / 60'000) + " min"; }

}  // namespace

BurnState observe(BurnState state, const Window& window, const BurnSettings& settings) {
  push(state.slices, {window.from, window.to, window.canary}, settings.long_window / 20);
  const Instant horizon = window.to - settings.long_window;
  std::erase_if(state.slices, [&](const BurnSlice& slice) { return slice.to <= horizon; });
  if (state.slices.size() > kSlicesMax) state.slices.erase(state.slices.begin());
  const auto canary = static_cast<double>(window.canary.requests);
  const double all = canary + static_cast<double>(window.stable.requests);
  const double excess = rate(window.canary) - rate(window.stable);  // signed: chance takes back what chance gave
  const auto length = static_cast<double>((window.to - window.from).count());
  if (all > 0) state.spent += canary / all * excess * length / ((1 - settings.objective) * kMonth);
  return state;
}

Burn burn_of(const BurnState& state, const BurnSettings& settings) {
  const double budget = 1 - settings.objective;
  Burn burn;
  burn.fast = burn_over(state.slices, settings.short_window, budget);
  burn.slow = burn_over(state.slices, settings.long_window, budget);
  burn.spent = state.spent;
  burn.too_fast = burn.fast > settings.limit && burn.slow > settings.limit;
  burn.overspent = burn.spent > settings.spend_limit;
  return burn;
}

std::string burn_sentence(const Burn& burn, const BurnSettings& settings) {
  return "burns " + short_number(burn.fast) + "x over " + minutes(settings.short_window) + " and " +
         short_number(burn.slow) + "x over " + minutes(settings.long_window) + ", limit " +
         short_number(settings.limit) + "x; spent " + short_number(100 * burn.spent) + " % of 30 days, limit " +
         short_number(100 * settings.spend_limit) + " %";
}

}  // namespace depops::analysis
