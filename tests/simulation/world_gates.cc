#include "tests/simulation/world.h"

// Steps that wait for somebody outside: how they are drawn, and who answers.
namespace depops::simulation {

rollout::Approval World::make_approval() {
  rollout::Approval approval;
  approval.count = rng_.between(1, 2);
  if (rng_.chance(500)) approval.timeout = Millis(rng_.between(1'000, 8'000));
  if (rng_.chance(500)) approval.on_timeout = rollout::Approval::OnTimeout::go_on;
  approval.exclude_requester = rng_.chance(300);
  return approval;
}

// Who is asked for an approval mostly answers that.
rollout::Verb World::any_verb() {
  const rollout::Record* record = journal_.record();
  const bool asked = record != nullptr && is_asked(*record);
  if (asked && rng_.chance(700)) return rng_.chance(850) ? rollout::Verb::approve : rollout::Verb::reject;
  const bool brief =
      record != nullptr && (record->phase == rollout::Phase::routing || record->phase == rollout::Phase::draining);
  if (brief && rng_.chance(500)) return rollout::Verb::pause;
  return static_cast<rollout::Verb>(rng_.below(10));
}

rollout::Hook World::make_hook() {
  rollout::Hook hook;
  hook.name = "migrate";
  hook.call = rollout::HookCommand{{"/opt/migrate"}};
  hook.idempotent = rng_.chance(500);
  hook.retries = rng_.below(3);
  if (rng_.chance(700)) hook.undo = rollout::HookCommand{{"/opt/migrate", "back"}};
  return hook;
}

rollout::Step World::make_gate() {
  if (rng_.chance(500)) return make_hook();
  return make_approval();
}

void World::act(const agent::ApplyHooks& effect) {
  ++orders_;
  const rollout::Record* record = journal_.record();
  const bool requests = record != nullptr && record->plan && invariants_.last_share(record->plan->target.set) > 0;
  hooks_.be_good(quiet_);
  hooks_.apply(effect.orders, record, requests, now_);
}

void World::see_hooks() {
  if (hooks_.changed() && (quiet_ || rng_.chance(800))) deliver(hooks_.facts());
}

}  // namespace depops::simulation
