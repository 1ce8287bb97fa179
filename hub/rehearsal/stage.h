#pragma once

#include <memory>

#include "hub/rehearsal/script.h"
#include "hub/rehearsal/world.h"
#include "shared/rollout/machine.h"

// The machine at its made-up site, moved on by hand: what is decided is carried out at once.
namespace depops::hub::rehearsal {

inline constexpr Millis kTick{200};  // how often the site is looked at

class Stage {
 public:
  // The stable version serves, whole; nothing was asked for yet. `script` lives longer than this.
  Stage(const Script& script, std::uint64_t seed);

  const rollout::Record& record() const noexcept { return *record_; }
  const rollout::View& view() const noexcept { return view_; }   // what was last decided on
  rollout::View look() { return world_.view(*record_, now()); }  // as it is
  World& world() noexcept { return world_; }
  Millis time() const noexcept { return time_; }
  Moment now() const;
  static Instant start();

  rollout::Decision submit();
  rollout::Decision ask(const CommandId& id, rollout::Verb verb, const Actor& by, const std::string& reason,
                        std::optional<std::uint32_t> replicas = std::nullopt);
  rollout::Decision observe();
  void advance();  // by one tick

 private:
  rollout::Decision decide(const rollout::Event& event);

  const Script& script_;
  std::shared_ptr<const rollout::Record> record_;
  World world_;
  rollout::View view_;
  rollout::Watch watch_;
  Millis time_{0};
};

}  // namespace depops::hub::rehearsal
