#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "shared/analysis/sequential.h"
#include "tests/montecarlo/traffic.h"

namespace depops::test {

// The window in which each run was stopped, from 1; 0: it never was.
struct Outcome {
  std::vector<int> stopped;

  int runs() const { return static_cast<int>(stopped.size()); }
  int alarms() const;
  double rate() const { return static_cast<double>(alarms()) / runs(); }
  // The rate that would show as few alarms as these in 1 % of all repetitions (Clopper and Pearson).
  double upper_99() const;
  // Over all runs; nothing if more than half were never stopped. `after`: windows before do not count.
  std::optional<int> median(int after = 0) const;
  double stopped_within(int windows) const;
};

// Says after each window whether to stop; made anew for each run.
using Watcher = std::function<bool(const analysis::Window&)>;
Outcome watch(const Traffic& traffic, int runs, const std::function<Watcher(Drawn&)>& begin);

// The errors test at alpha 0.05.
std::function<Watcher(Drawn&)> errors_test(const analysis::SequentialSettings& settings = {});
// The same with the dispersion measured: over `before` windows of stable parts first, or else while it runs.
std::function<Watcher(Drawn&)> measured_test(int before);
// Evidence that the canary is below `margin`, alpha 0.05.
std::function<Watcher(Drawn&)> proof_test(double margin);
// What it is compared with: a one-sided z-test on all counts so far at 0.05, and Kayenta's judge on the windows' error
// rates every fifth window.
std::function<Watcher(Drawn&)> repeated_z_test();
std::function<Watcher(Drawn&)> repeated_mann_whitney();

Outcome watch_latency(const Latencies& latencies, int windows, int runs);

}  // namespace depops::test
