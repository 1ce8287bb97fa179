#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "shared/rollout/desired.h"
#include "shared/rollout/machine.h"
#include "shared/rollout/rehearsal.h"

// One rollout machine in a world that does at once what it is told, unless a test says otherwise.
namespace depops::rollout {

inline const SetId kOldSet("checkout-1");
inline const SetId kNewSet("checkout-2");

std::shared_ptr<Plan> plan_of(const std::string& number, Strategy strategy, std::uint32_t replicas = 4);
Analysis errors_for(Millis duration, Millis interval = Millis(1'000));

class Rig {
 public:
  std::shared_ptr<const Record> record;
  Moment now{Instant(std::chrono::seconds(1'800'000'000)), Millis(60'000), BootId("one")};
  std::set<SetId> dead;                 // their instances do not get ready
  std::map<SetId, std::uint32_t> most;  // at most so many instances get ready
  std::map<SetId, std::uint32_t> error_permille;
  std::uint32_t rps = 1'000;
  std::uint32_t forced_rps = 0;     // requests that match a forced route, while there is one
  bool router_forces = true;        // it carries out what it is told about forced routes
  bool divides = true;              // the router, by weight
  std::function<void(View&)> seen;  // what is seen instead
  std::vector<Report> reports;
  std::vector<std::uint32_t> weights;  // of the target, each one as it changed
  std::vector<audit::Leaf> leaves;
  Actor who{"admin"};  // gives the verbs
  // How a hook with that key ends; running: not yet.
  std::function<HookFact(const std::string& key)> hook = [](const std::string&) {
    return HookFact{0, HookOutcome::done, {}};
  };
  std::vector<std::string> hook_runs;  // keys of those that began
  // The same for Jobs that measure.
  std::function<HookFact(const std::string& key)> job = [](const std::string&) {
    return HookFact{0, HookOutcome::done, {}};
  };
  std::vector<std::string> job_runs;
  // The same for the Jobs of a plan that are shown to the site.
  std::function<HookFact(const WantedRehearsal& shown)> rehearsal = [](const WantedRehearsal&) {
    return HookFact{0, HookOutcome::done, {}};
  };
  std::vector<WantedRehearsal> rehearsals;

  Rig();
  // A new target by the hub; the epoch rises by itself.
  Decision submit(const std::shared_ptr<Plan>& plan, bool supersede = false);
  Decision give(Verb verb, std::optional<std::uint32_t> expected_step = std::nullopt);
  Decision give_waiting(Verb verb);
  Decision scale(std::optional<std::uint32_t> replicas);
  Decision restart();  // of the agent
  Decision tick(Millis after = Millis(200));
  // Time passes until it is so; false after `most` ticks.
  bool until(const std::function<bool()>& is_so, int ticks = 2'000);
  bool until(Phase phase) {
    return until([&] { return record->phase == phase; });
  }
  bool until_ended() {
    return until([&] { return record->phase == Phase::idle && !record->next; });
  }
  // The first version is there, completed.
  void bring_up(const std::string& number, std::uint32_t replicas = 4);
  std::string stable() const { return record->stable ? record->stable->label.str() : ""; }
  std::vector<RolloutStatus> statuses_of(const RolloutId& rollout) const;

 private:
  View look();
  void count(std::vector<analysis::CounterRow>& rows, const char* where, const SetId& set, std::uint64_t requests);
  void run_hooks();
  SetView see(const SetId& set, std::uint32_t replicas) const;
  Decision absorb(Decision decision);
  Command command_of(Verb verb, std::optional<std::uint32_t> expected_step);

  std::vector<analysis::CounterRow> counters_;
  std::vector<analysis::CounterRow> forced_counters_;
  std::vector<HookFact> hooks_;  // one hook at most, measurements and what is shown
  Watch watch_;
  std::uint64_t epoch_ = 0;
  std::uint32_t commands_ = 0;
};

}  // namespace depops::rollout
