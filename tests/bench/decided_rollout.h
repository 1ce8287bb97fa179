#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "shared/rollout/machine.h"

namespace depops::bench {

struct Spent {
  double us = 0;
  std::uint64_t steps = 0;
  double mean_us() const { return steps == 0 ? 0 : us / static_cast<double>(steps); }
};

// Whole canary rollouts of ten instances a version, a look every 200 ms, three metrics in the analysis and one beside
// the steps, in a world that does at once what it is told. Only the machine is on the clock.
class DecidedRollout {
 public:
  DecidedRollout();
  void run();
  // One copy of the record in the middle of an analysis: what a step that changes anything costs at least.
  void copy_record();

  Spent all() const {
    return {quiet_.us + changing_.us + judging_.us, quiet_.steps + changing_.steps + judging_.steps};
  }
  const Spent& quiet() const { return quiet_; }
  const Spent& changing() const { return changing_; }
  const Spent& judging() const { return judging_; }  // those that judged a window

 private:
  void give(const rollout::Event& event);
  rollout::View look() const;
  void pass(Millis time);

  std::shared_ptr<const rollout::Record> record_;
  std::shared_ptr<const rollout::Record> analyzing_;
  std::shared_ptr<rollout::Record> copied_;
  rollout::Watch watch_;
  Moment now_;
  std::vector<analysis::CounterRow> counters_;
  std::uint64_t epoch_ = 0;
  Spent quiet_, changing_, judging_;
};

}  // namespace depops::bench
