#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/app/agent.h"
#include "agent/ports/hooks.h"
#include "shared/rollout/record.h"

namespace depops::simulation {

// What must hold of hooks, counted here apart from the machine: which were ordered and begun, how they ended, and which
// were taken back.
class HookRules {
 public:
  void on_commit(const rollout::Record& before, const rollout::Record& after, bool commanded);
  void on_start(const agent::HookOrder& order, const rollout::Record* record, bool target_has_requests);
  void on_end(const agent::HookOrder& order, rollout::HookOutcome outcome);

 private:
  struct Begun {
    std::uint32_t step = 0;
    bool has_undo = false;
    std::string key;  // of the newest run; empty: ordered and never begun
    rollout::HookOutcome last = rollout::HookOutcome::unknown;
    std::uint32_t undos = 0;
    rollout::HookOutcome last_undo = rollout::HookOutcome::unknown;
  };

  Begun* find(std::uint32_t step);
  void begin_forward(const agent::HookOrder& order, const rollout::Record& record, std::uint32_t step);
  void begin_back(const rollout::Record& record, std::uint32_t step, bool target_has_requests);
  static bool is_taken_back(const Begun& begun);

  std::vector<Begun> begun_;  // of this rollout and attempt, in order
  bool commanded_ = false;    // a person said something since the last run began
};

}  // namespace depops::simulation
