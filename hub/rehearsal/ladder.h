#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/rehearsal/script.h"
#include "shared/analysis/power.h"

// Every level that a rollout stands on on its way, taken from the machine itself: it is run at a site where nothing
// goes wrong, and whatever would take time is passed over.
namespace depops::hub::rehearsal {

struct Traffic {
  double requests = 0;    // per second, of both versions
  double error_rate = 0;  // of the stable version
  double ratio = 2;       // canary / stable that must be found
};

// Whether one metric can decide within its step.
struct Outlook {
  MetricName metric;
  bool decides = false;
  std::optional<analysis::Forecast> forecast;  // of the errors test, while both versions get requests
  std::string sentence;
};

struct Rung {
  std::string what;                   // "setWeight 10", "rolling"
  std::optional<std::uint32_t> step;  // from 0
  std::uint32_t weight = 0;           // percent of the requests that the target gets
  std::uint32_t target = 0;           // instances ordered
  std::uint32_t stable = 0;
  Millis at_least{0};  // that it takes by itself
  std::string waits_for;
  std::vector<Outlook> outlooks;
};

struct Ladder {
  std::vector<Rung> rungs;
  std::string beside;  // the analysis beside the steps, if there is one
  bool whole = false;  // it came to the end; else the machine waits for something that is not known here
};

Ladder ladder_of(const Script& script, const std::optional<Traffic>& traffic);

}  // namespace depops::hub::rehearsal
