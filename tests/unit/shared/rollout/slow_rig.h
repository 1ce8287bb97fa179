#pragma once

#include <string>
#include <vector>

#include "tests/unit/shared/rollout/rig.h"

// A world in which instances come one a tick, and what every order may do to those who are served.
namespace depops::rollout {

struct Way {
  std::string name;
  Strategy strategy;
};

// Of each kind, with ten replicas in mind.
std::vector<Way> ways();
std::shared_ptr<Plan> plan_by(const Way& way, const std::string& number, Millis drain = Millis(1'000));

class SlowRig : public Rig {
 public:
  // Version 1.1 serves with ten instances, or nothing was ever deployed.
  explicit SlowRig(bool serves = true);
  // Throws when there were so many that nothing comes to an end any more.
  void turn(Millis after = Millis(200));
  bool turn_until(const std::function<bool()>& is_so, int turns = 2'000, Millis after = Millis(200));
  bool ended() const { return record->phase == Phase::idle && !record->next; }
  std::uint32_t available(const SetId& set) const;
  // Which set has requests for more instances than there are of it, when `missing` may be away; empty: none.
  std::string overloaded(std::uint32_t missing = 0) const;

 private:
  std::map<SetId, std::uint32_t> up_;
  std::uint32_t turns_ = 0;
};

}  // namespace depops::rollout
