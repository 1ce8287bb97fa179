#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/rollout/record.h"
#include "shared/rollout/view.h"

// The Jobs of a plan are shown to the site before anything is changed, all of them and none begun: a hook that can not
// run is found before there is anything to go back from.
namespace depops::rollout {

struct ShownJob {
  std::string who;   // "step 2: hook migrate"
  std::string name;  // the hook's or the metric's
  HookJob job;
  Millis timeout{0};
  bool operator==(const ShownJob&) const = default;
};

struct WantedRehearsal {
  std::string key;  // "<rollout>/rehearsal/<attempt>": another attempt is shown anew
  std::vector<ShownJob> jobs;
};

// Nothing: the plan has no Jobs, its steps are skipped, or the rollout is not in its preflight.
std::optional<WantedRehearsal> wanted_rehearsal(const Record& record);

// What is known of it.
struct Rehearsed {
  bool over = false;      // nothing is wrong
  std::string refused{};  // what is; empty: nothing that is known
  std::string waits_for{};
};
Rehearsed rehearsed(const Record& record, const View& view);

}  // namespace depops::rollout
