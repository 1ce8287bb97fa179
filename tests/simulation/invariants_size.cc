#include <algorithm>

#include "shared/rollout/companions.h"
#include "shared/rollout/rolling.h"
#include "shared/rollout/size.h"
#include "tests/simulation/invariants.h"

// What must hold whatever size a service has and gets.
namespace depops::simulation {

using rollout::Phase;
using rollout::Record;

// The number that somebody said holds until somebody says another, or a version that declares another is stable.
void Invariants::check_size(const Record& before, const Record& after, bool answers) const {
  const auto said = [](const Record& record) { return record.size ? record.size->replicas : std::nullopt; };
  if (said(before) == said(after) || answers) return;
  const bool ended = before.phase != Phase::idle && after.phase == Phase::idle;
  if (ended && before.size && !after.size && (before.size->stable_only || !after.stable)) return;
  throw Violation("I23 the size of the service changed by itself");
}

// A rolling update counts both sets by what the target declares on its way, and by what carried before on the way back.
std::uint32_t Invariants::whole_of(const Record& record, bool target, bool rolling) {
  const bool back = record.phase == Phase::aborting;
  if (rolling && record.phase != Phase::idle && record.phase != Phase::preflight)
    return back && record.stable ? rollout::carrying_size(record) : rollout::target_size(record);
  return target ? rollout::target_size(record) : rollout::stable_size(record);
}

// No write takes away what the requests of a set need of the whole.
void Invariants::check_kept(const agent::RuntimeOrders& orders, const Record& record) const {
  if (!last_runtime_ || !record.plan) return;
  if (by_ratio()) return check_available(orders, record);
  const auto* rolling = std::get_if<rollout::Rolling>(&record.plan->strategy);
  const bool idle = record.phase == Phase::idle;
  for (const agent::SetOrder& order : last_runtime_->sets) {
    const SetId& set = order.snapshot.set;
    const auto same = [&](const agent::SetOrder& one) { return one.snapshot.set == set; };
    const auto now = std::find_if(orders.sets.begin(), orders.sets.end(), same);
    const std::uint32_t next = now == orders.sets.end() ? 0 : now->replicas;
    const bool target = !idle && record.plan->target.set == set;
    const bool stable = record.stable && record.stable->set == set;
    if (next >= order.replicas || (!target && !stable)) continue;
    const std::uint32_t n = whole_of(record, target, rolling != nullptr);
    const std::uint32_t missing = rolling != nullptr && !idle
                                      ? rollout::bounds_of(rolling->max_surge, rolling->max_unavailable, n).unavailable
                                      : 0;
    if (next * 100 + 100 > last_share(set) * (n - missing)) continue;
    throw Violation("I1 " + set.str() + " with " + std::to_string(last_share(set)) +
                    " % of the requests was left with " + std::to_string(next) + " of " + std::to_string(n) +
                    " instances");
  }
}

std::uint32_t Invariants::counted(const agent::SetOrder& order) {
  return order.snapshot.set.str().ends_with("-worker") ? 0 : order.replicas;
}

// What runs beside a set comes and goes with it, in the proportion that its version declares.
void Invariants::check_companions(const agent::RuntimeOrders& orders) {
  for (const agent::SetOrder& order : orders.sets) {
    for (const auto& [name, companion] : order.snapshot.companions) {
      const SetId set = rollout::companion_set(order.snapshot.set, name);
      const auto same = [&](const agent::SetOrder& one) { return one.snapshot.set == set; };
      const auto found = std::find_if(orders.sets.begin(), orders.sets.end(), same);
      const std::uint32_t wanted = rollout::companions_for(order.snapshot, companion, order.replicas);
      if (found == orders.sets.end() ? wanted == 0 : found->replicas == wanted) continue;
      throw Violation("I25 " + set.str() + " is not " + std::to_string(wanted) + " beside " +
                      std::to_string(order.replicas));
    }
  }
}

// An instance is worth nothing without what belongs beside it.
std::uint32_t Invariants::whole(const agent::SetOrder& order, const agent::RuntimeFacts& facts) {
  std::uint32_t instances = ready_in(facts, order.snapshot.set);
  for (const auto& [name, companion] : order.snapshot.companions) {
    const std::uint32_t wanted = rollout::companions_for(order.snapshot, companion, order.replicas);
    const std::uint32_t beside = ready_in(facts, rollout::companion_set(order.snapshot.set, name));
    instances = std::min(instances, rollout::complete_with(order.replicas, beside, wanted));
  }
  return instances;
}

// Where instances are the share: no write takes away what all requests need, unless what it takes is known to be bad.
void Invariants::check_available(const agent::RuntimeOrders& orders, const Record& record) const {
  const bool idle = record.phase == Phase::idle;
  if (!record.stable || idle || (record.abort && record.abort->urgent)) return;
  const std::uint32_t target_n = rollout::target_size(record);
  const bool on_stable = record.phase == Phase::aborting || record.phase == Phase::preflight;
  const std::uint32_t n = on_stable ? rollout::carrying_size(record) : target_n;
  const rollout::Bounds bounds = rollout::bounds_of_plan(*record.plan, n);
  std::uint32_t before = 0;
  std::uint32_t after = 0;
  for (const agent::SetOrder& order : last_runtime_->sets) {
    const SetId& set = order.snapshot.set;
    if (counted(order) == 0) continue;
    const auto same = [&](const agent::SetOrder& one) { return one.snapshot.set == set; };
    const auto now = std::find_if(orders.sets.begin(), orders.sets.end(), same);
    const std::uint32_t there = std::max(whole(order, seen_), whole(order, former_));  // one may have died just now
    before += std::min(there, order.replicas);
    after += std::min(there, now == orders.sets.end() ? 0 : now->replicas);
  }
  if (after >= before || after + bounds.unavailable >= n) return;
  throw Violation("I1 " + std::to_string(after) + " instances are left of " + std::to_string(n) + ", " +
                  std::to_string(before) + " were there");
}

}  // namespace depops::simulation
