#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/analysis/counters.h"

// Guards on the error budget of an objective (share of requests that must succeed), for a canary of minutes. Burn =
// error rate / budget; both a long and a short window must burn too fast, so that neither a blip nor an incident long
// over decides. The spend guard says no when the canary's excess errors alone used up too much of a month's budget.
namespace depops::analysis {

inline constexpr std::size_t kSlicesMax = 24;

struct BurnSettings {
  double objective = 0.999;  // (0, 1)
  double limit = 14.4;       // times the rate that uses the budget up in exactly 30 days
  Millis long_window{300'000};
  Millis short_window{60'000};
  double spend_limit = 0.005;  // of the budget of 30 days
  bool operator==(const BurnSettings&) const = default;
};

// Counts of the canary in one stretch of time.
struct BurnSlice {
  Instant from{};
  Instant to{};
  Arm canary;
  bool operator==(const BurnSlice&) const = default;
};

struct BurnState {
  std::vector<BurnSlice> slices;  // newest last; together the long window, never more than kSlicesMax
  double spent = 0;               // share of the 30 days' budget that the canary's excess took so far
  bool operator==(const BurnState&) const = default;
};

// `requests` of both arms weigh the canary: its excess is spent by the share of the service that it is.
BurnState observe(BurnState state, const Window& window, const BurnSettings& settings);

struct Burn {
  double fast = 0;  // over the short window
  double slow = 0;  // over the long window
  double spent = 0;
  bool too_fast = false;
  bool overspent = false;
};
Burn burn_of(const BurnState& state, const BurnSettings& settings);

// "burns 31x over 1 min and 22x over 5 min, limit 14.4x; spent 0.04 % of 30 days, limit 0.5 %"
std::string burn_sentence(const Burn& burn, const BurnSettings& settings);

}  // namespace depops::analysis
