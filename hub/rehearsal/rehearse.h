#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/rehearsal/script.h"
#include "hub/rehearsal/timeline.h"
#include "shared/analysis/counters.h"

// A rollout tried out: the machine that the agent runs, on a virtual clock, at a site that behaves as a scenario says.
namespace depops::hub::rehearsal {

struct Totals {
  analysis::Arm target;
  analysis::Arm stable;
  std::uint64_t unserved = 0;  // no instance could take them

  std::uint64_t failed() const noexcept { return target.errors + stable.errors + unserved; }
};

struct Rehearsal {
  std::vector<Entry> entries;
  Standing standing;  // at the end
  std::string reason;
  std::string waits_for;
  Millis length{0};
  Millis ended{0};    // when the state it is in at the end began
  bool over = false;  // it ended; else the limit came first
  Totals totals;
  std::optional<Millis> exposed_at;   // first request to the target
  std::optional<Millis> detected_at;  // decided against it
  std::optional<Millis> safe_at;      // no request to it any more
  std::vector<std::string> unmet;     // what was expected and is not so; empty: as expected
};

// Same script, same seed: same rehearsal.
Rehearsal rehearse(const Script& script, std::uint64_t seed);

}  // namespace depops::hub::rehearsal
