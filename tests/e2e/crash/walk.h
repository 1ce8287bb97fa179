#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/crash/case.h"

namespace depops::crash {

struct Settings {
  std::size_t lanes = 6;  // sites that work at the same time
  unsigned slice = 0;     // of the cases only every `slices`-th, beginning here
  unsigned slices = 1;
  std::size_t random = 0;  // further cases drawn at random
  std::uint64_t seed = 0;
  std::string only;  // if not empty: only cases whose name holds this
};

struct Finished {
  Case one;
  Outcome outcome;
};

struct Report {
  std::vector<Finished> references;  // one of each kind, in which the agent lives
  std::vector<Finished> cases;
  std::vector<std::string> unpassed;  // points that no kind of rollout comes by
  std::size_t planned = 0;            // cases over all slices
  std::set<std::string> points;       // of these cases
  std::vector<std::string> log;       // what is wrong with the hub's audit log afterwards
  bool small_disk = false;            // kind full could be done
};

// Goes through every crash point on real processes: first a rollout of each kind in which the agent lives, then one for
// each case. A case's faults name also how its decisions differ from the living agent's.
Report walk(const Settings& settings);

}  // namespace depops::crash
