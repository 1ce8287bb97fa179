#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "shared/base/names.h"
#include "shared/rollout/hook.h"
#include "shared/rollout/rehearsal.h"
#include "shared/rollout/snapshot.h"
#include "shared/rollout/view.h"

namespace depops::agent {

// The Jobs of a plan, held against what the site allows and shown to its cluster, which says whether it would take
// them. Asked until that is known; `running` with a text: why it is not yet. `no_end`: one is refused.
struct JobRehearsal {
  std::vector<rollout::ShownJob> jobs;
  bool operator==(const JobRehearsal&) const = default;
};

// One run of a hook, a Job that is one measurement, or a rehearsal. Number and key tell it from every other run of the
// service.
struct HookOrder {
  ServiceName service;
  std::uint64_t order = 0;  // 0: a measurement or a rehearsal
  std::string key;          // the same key twice should have the effect of once
  std::variant<rollout::HookCommand, rollout::HookRequest, rollout::HookJob, JobRehearsal> call;
  Millis timeout{0};                                       // of a rehearsal none
  std::vector<std::pair<std::string, std::string>> about;  // "service", "version", ...: for whoever carries it out
  std::optional<rollout::VersionSnapshot> version{};       // that brings it, if it is a Job or several
  bool operator==(const HookOrder&) const = default;
};

// All that should be running: of each service at most one hook, any number of measurements and one rehearsal.
struct HookOrders {
  std::vector<HookOrder> hooks;
  bool operator==(const HookOrders&) const = default;
};

struct HookRunFacts {
  ServiceName service;
  rollout::HookFact fact;
};

// Every ordered run this process began and what became of it; one that is ordered no longer is left out.
struct HookFacts {
  std::vector<HookRunFacts> runs;
};

// Runs hooks.
class Hooks {
 public:
  virtual ~Hooks() = default;
  virtual void start(std::function<void(HookFacts)> seen) = 0;
  // Begins what is new and ends what is not there any more, with everything it started; of one service the next hook
  // begins when the one before has ended. What has ended by itself is not begun again. Returns at once.
  virtual void apply(HookOrders orders) = 0;
  virtual void stop() = 0;  // ends all but Jobs, which the next one finds again; nothing is told any more
};

}  // namespace depops::agent
