#include <utility>

#include "agent/app/site.h"

// Hooks of all services: what should run, and what became of it.
namespace depops::agent {

void Agent::Site::on(Turn& turn, const HookFacts& facts) {
  hooks_.clear();
  for (const HookRunFacts& run : facts.runs) hooks_[run.service].push_back(run.fact);
  observe_all(turn);
}

// What runs from before an agent that was built again is ended by its first orders, unless they want it still.
void Agent::Site::order_hooks(Turn& turn) {
  if (!hooks_dirty_ && !settings_.jobs) return;  // a Job that measures is due by time alone
  hooks_dirty_ = false;
  HookOrders orders = hook_orders(records(), settings_.site, turn.now, world());
  const bool nothing_runs = orders.hooks.empty() && hooks_.empty() && !settings_.jobs;  // Jobs outlive the agent
  const bool nothing_new = hooks_given_ ? orders == hook_orders_ : nothing_runs;
  if (nothing_new) return;
  hooks_given_ = true;
  hook_orders_ = orders;
  turn.out.effects.push_back(ApplyHooks{std::move(orders)});
}

}  // namespace depops::agent
