#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/rehearsal/chance.h"
#include "hub/rehearsal/version_set.h"
#include "shared/manifest/scenario.h"
#include "shared/rollout/desired.h"
#include "shared/rollout/view.h"

// The site of a rehearsal: instances that become ready after a time, a router that divides the requests as ordered.
// It does what it is told at once; only what the scenario says goes wrong.
namespace depops::hub::rehearsal {

class World {
 public:
  // `stable` empty: the first deployment.
  World(const manifest::Scenario& scenario, const SetId& target, const SetId& stable, std::uint64_t seed);

  void begin(const rollout::Wanted& wanted, Millis now);
  void order(const rollout::Wanted& wanted, Millis now);
  void change(const manifest::ScenarioEvent& event, Millis now);
  void advance(Millis now, Millis span);

  // What the machine sees of it. Points into this world.
  rollout::View view(const rollout::Record& record, const Moment& now);

  const analysis::Arm& total_of(const SetId& set) const;
  std::uint64_t unserved() const noexcept { return unserved_; }  // requests that no instance could take

 private:
  struct Routed {
    VersionSet set;
    std::uint32_t wanted = 0;   // percent, as ordered
    std::uint32_t percent = 0;  // as the router has it
    double owed = 0;            // of a request
    double forced_owed = 0;
  };

  Routed* find(const SetId& set);
  std::uint32_t effective(const Routed& routed) const;
  void take_up();
  void show_routes(rollout::View& view);
  void measure(const rollout::Record& record, const Moment& now);
  void run_hooks(const rollout::Record& record, const Moment& now);
  rollout::Sample sample(const analysis::MetricSpec& metric, const rollout::Record& record, const Moment& now);

  std::vector<Routed> sets_;
  double rps_;
  double match_share_;                                        // of the requests: what a forced route matches
  std::vector<rollout::ForcedRoute> wanted_routes_, routes_;  // as ordered, and as the router has them
  Millis artifact_after_;
  SetId target_;
  SetId stable_;
  Chance chance_;
  bool router_ = true;
  double owed_ = 0;  // of a request that nobody could take
  std::uint64_t unserved_ = 0;
  std::vector<analysis::CounterRow> counters_;
  std::vector<analysis::CounterRow> forced_counters_;
  std::vector<std::string> foreign_;  // nobody else writes here
  std::vector<rollout::Sample> samples_;
  bool hooks_work_ = true;
  std::vector<rollout::HookFact> hooks_;
};

}  // namespace depops::hub::rehearsal
