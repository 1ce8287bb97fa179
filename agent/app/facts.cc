#include <utility>

#include "agent/app/site.h"

namespace depops::agent {
namespace {

constexpr Millis kCutLasts{2'000};

// In what the site differs from what it should run.
std::string drift_of(const rollout::Record& record, const rollout::View& view) {
  if (!record.degraded.empty()) return sync::fact_text(record.degraded);
  if (!view.runtime || view.stable.available >= record.stable_replicas) return "";
  return "stable has " + std::to_string(view.stable.available) + " of " + std::to_string(record.stable_replicas) +
         " instances available";
}

}  // namespace

sync::Facts Agent::Site::facts(const Moment& now) const {
  sync::Facts all;
  for (const auto& [name, service] : services_) {
    const rollout::Record& record = *service.record;
    const rollout::View view = view_of(record, world(), service.samples, now);
    sync::Fact& fact = all[name];
    sync::apply(rollout::status_of(record, view), fact);
    fact.service = name;
    if (record.stable) fact.stable = record.stable->label;
    fact.drift = drift_of(record, view);
  }
  return all;
}

// All that is said about it from now on is this moment's, whatever happens meanwhile.
void Agent::Site::answer(Turn& turn, const sync::InventoryAsk&) {
  speaking_.cut_at = Stamp::of(turn.now);
  speaking_.cut = sync::Cut{speaking_.voice + "-" + std::to_string(++speaking_.cuts), site_.events_last,
                            site_.audit_last, facts(turn.now)};
  turn.out.effects.push_back(SendAnswer{sync::inventory_of(*speaking_.cut)});
}

// The process may have been another one when the hub began: then it begins again. But not right after a newer cut: its
// inventory is on its way, and an answer here would make two conversations that spoil each other's cut for ever.
void Agent::Site::answer(Turn& turn, const sync::SnapshotAsk& ask) {
  const auto& cut = speaking_.cut;
  if (cut && cut->name == ask.cut) return turn.out.effects.push_back(SendAnswer{sync::part_of(*cut, ask)});
  if (is_over(kCutLasts, speaking_.cut_at, turn.now)) answer(turn, sync::InventoryAsk{});
}

}  // namespace depops::agent
