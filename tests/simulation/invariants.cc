#include "tests/simulation/invariants.h"

#include <algorithm>

#include "shared/rollout/desired.h"
#include "shared/rollout/rolling.h"
#include "shared/rollout/size.h"

namespace depops::simulation {

using rollout::Phase;
using rollout::Record;

namespace {

std::ptrdiff_t answered_commands(const agent::JournalBatch& batch) {
  return std::count_if(batch.outbox.begin(), batch.outbox.end(), [](const agent::OutboxRow& row) {
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    return report != nullptr && std::holds_alternative<rollout::CommandAnswered>(*report);
  });
}

bool answers_command(const agent::JournalBatch& batch) { return answered_commands(batch) > 0; }

bool is_forward(Phase phase) { return phase != Phase::idle && phase != Phase::aborting; }

std::uint32_t replicas_of(const agent::RuntimeOrders& orders, const SetId& set) {
  for (const agent::SetOrder& order : orders.sets) {
    if (order.snapshot.set == set) return order.replicas;
  }
  return 0;
}

std::uint32_t share_in(const agent::RouterOrders& orders, const SetId& set) {
  for (const agent::ServiceRoute& route : orders.routes) {
    for (const agent::SetShare& share : route.shares) {
      if (share.set == set) return share.percent;
    }
  }
  return 0;
}

const rollout::Rolling* rolling_of(const Record& record) {
  return record.plan ? std::get_if<rollout::Rolling>(&record.plan->strategy) : nullptr;
}

}  // namespace

std::uint32_t ready_in(const agent::RuntimeFacts& facts, const SetId& set) {
  return static_cast<std::uint32_t>(std::ranges::count_if(facts.endpoints, [&](const agent::EndpointFacts& endpoint) {
    return endpoint.set == set && endpoint.state == agent::EndpointState::ready;
  }));
}

std::uint32_t Invariants::ready(const SetId& set) const { return ready_in(seen_, set); }

void Invariants::on_site(const agent::SiteState& before, const agent::SiteState& after) {
  demand(after.generation >= before.generation, "I9 the accepted generation went back");
  demand(after.hub_epoch >= before.hub_epoch, "I9 the hub epoch went back");
  demand(after.events_last >= before.events_last, "the stream of events went back");
}

void Invariants::check_paused(const Record& before, const Record& after, const agent::JournalBatch& batch) const {
  if (answered_commands(batch) > 1) return;  // between two of them there may have been no pause
  if (before.pauses.empty() || after.pauses.empty() || !is_forward(before.phase) || !is_forward(after.phase)) return;
  demand(after.weight.percent <= before.weight.percent, "I11 a pause was on and the weight rose");
  const bool scaled = before.size != after.size || (before.size && !before.size->ordered);
  demand(after.target_replicas <= before.target_replicas || after.phase == Phase::promoting || scaled,
         "I11 a pause was on and the target grew");
}

void Invariants::check_steps(const Record& before, const Record& after, const agent::JournalBatch& batch) const {
  if (before.rollout != after.rollout || before.attempt != after.attempt || before.phase == Phase::idle) return;
  demand(after.step >= before.step, "I10 the step went back");
  if (after.step == before.step || answers_command(batch)) return;
  demand(before.pauses.empty() || before.phase == Phase::holding, "I11 a pause was on and the step moved");
  if (before.phase == Phase::weighing) {
    demand(by_ratio() || before.weight.verified_level >= 2, "I10 the step moved without a verified weight");
  }
  if (before.phase != Phase::analyzing) return;
  const auto& step = std::get<rollout::Canary>(before.plan->strategy).steps[before.step];
  const auto& spec = std::get<rollout::Analysis>(step).spec;
  const auto found = judged_.find(before.analysis->run);
  const std::uint64_t requests = found == judged_.end() ? 0 : found->second;
  demand(requests >= spec.metrics.front().limits.min_requests, "I14 an analysis passed without enough requests");
}

void Invariants::count_requests(const Record& before, const agent::JournalBatch& batch) {
  for (const agent::OutboxRow& row : batch.outbox) {
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    const auto* judged = report != nullptr ? std::get_if<rollout::WindowJudged>(report) : nullptr;
    if (judged == nullptr) continue;
    judged_[before.analysis ? before.analysis->run : std::string()] += judged->measurement.window.canary.requests;
  }
}

void Invariants::check_soak(const Record& before, const Record& after, const agent::JournalBatch& batch,
                            const Moment& now) {
  const bool moved = before.phase != after.phase || before.step != after.step || before.rollout != after.rollout;
  // Going back ends every pause; with no request on the target it is back in the same commit.
  if (before.phase == Phase::holding && moved && holding_since_ && is_forward(after.phase)) {
    const auto& step = std::get<rollout::Canary>(before.plan->strategy).steps[before.step];
    const auto* pause = std::get_if<rollout::Pause>(&step);
    const bool same_boot = holding_since_->boot == now.boot;
    if (pause != nullptr && same_boot && pause->duration && !answers_command(batch) && !skipped_) {
      demand(now.boottime - holding_since_->boottime >= *pause->duration, "I22 a soak was shortened");
    }
    if (pause != nullptr && !pause->duration)
      demand(answers_command(batch) || skipped_, "I11 a pause without end ended by itself");
  }
  if (answers_command(batch)) skipped_ = true;
  if (after.phase == Phase::holding && (moved || before.phase != Phase::holding)) {
    holding_since_ = now;
    skipped_ = false;
  }
}

// What needs to know how many instances or requests there are is not decided on a reading older than the own orders.
void Invariants::check_fresh(const agent::JournalBatch& batch) const {
  for (const agent::OutboxRow& row : batch.outbox) {
    const auto* leaf = std::get_if<audit::Leaf>(&row.entry);
    if (leaf == nullptr) continue;
    const bool counts =
        leaf->action == "rollout.enough" || leaf->action == "rollout.rolled" || leaf->action == "rollout.drained";
    demand(!counts || seen_.applied_seq >= runtime_given_,
           "I8 " + leaf->action + " on a reading of the runtime " + "that is older than the orders");
    const bool shares = leaf->action == "rollout.rolled" || leaf->action.rfind("rollout.drift", 0) == 0;
    demand(!shares || router_seen_ >= router_given_,
           "I8 " + leaf->action + " on a reading of the router that is older than the orders");
  }
}

void Invariants::check_bake(const Record& before, const Record& after, const agent::JournalBatch& batch,
                            const Moment& now) {
  const bool ends = before.phase == Phase::baking && after.phase == Phase::draining;
  if (ends && baking_since_ && baking_since_->boot == now.boot && !answers_command(batch))
    demand(now.boottime - baking_since_->boottime >= before.plan->bake, "I22 a bake was shortened");
  if (after.phase == Phase::baking && before.phase != Phase::baking) baking_since_ = now;
}

// Where a person decides about failures, the machine alone does not go back.
void Invariants::check_held(const Record& before, const Record& after) const {
  const bool turns = is_forward(before.phase) && before.phase != Phase::preflight && after.phase == Phase::aborting;
  const bool holds = before.plan && before.plan->on_failure == rollout::OnFailure::hold && before.stable &&
                     before.plan->kind == rollout::ReleaseKind::forward;
  if (turns && holds) demand(after.abort && after.abort->by_person, "I24 a held rollout went back by itself");
}

// A rollout begins where the one before left nothing: no requests and no orders for its version, if that is not stable.
void Invariants::check_begin(const Record& before, const Record& after) const {
  if (before.rollout == after.rollout || !before.plan) return;
  demand(before.phase == Phase::idle, "I5 a rollout began while another was under way");
  const SetId& old = before.plan->target.set;
  if (before.stable && before.stable->set == old) return;
  demand(last_share(old) == 0, "I4 a rollout began while " + old.str() + " had requests");
}

void Invariants::check_leaves(const Record* before, const Record& after, const agent::JournalBatch& batch) const {
  const bool moved = before == nullptr || before->state != after.state || before->phase != after.phase ||
                     before->step != after.step || before->rollout != after.rollout;
  if (!moved || (before == nullptr && after.rollout.empty())) return;
  std::size_t leaves = 0;
  for (const agent::OutboxRow& row : batch.outbox) {
    const auto* leaf = std::get_if<audit::Leaf>(&row.entry);
    if (leaf != nullptr && leaf->action.rfind("rollout.", 0) == 0) ++leaves;
  }
  demand(leaves >= 1, "a change of state has no audit leaf");
}

void Invariants::on_commit(const Record* before, const Record* after, const agent::JournalBatch& batch,
                           const Moment& now) {
  if (after == nullptr || after == before) return;
  if (before != nullptr) {
    demand(after->epoch >= before->epoch, "I9 an older epoch won");
    if (before->phase != Phase::idle && after->phase != Phase::idle && before->rollout == after->rollout) {
      const bool same = (!before->stable && !after->stable) ||
                        (before->stable && after->stable && before->stable->set == after->stable->set);
      demand(same, "I7 stable changed while a rollout was in flight");
    }
    count_requests(*before, batch);
    check_paused(*before, *after, batch);
    check_steps(*before, *after, batch);
    check_soak(*before, *after, batch, now);
  }
  if (before != nullptr) {
    check_begin(*before, *after);
    check_bake(*before, *after, batch, now);
    check_held(*before, *after);
    check_routes(*before, *after);
    check_size(*before, *after, answers_command(batch));
    check_approval(*before, *after, batch, now);
    hooks_.on_commit(*before, *after, answers_command(batch));
  }
  check_fresh(batch);
  check_leaves(before, *after, batch);
  const bool raised = before == nullptr || before->rollout != after->rollout
                          ? after->weight.percent > 0
                          : after->weight.percent > before->weight.percent;
  if (raised && after->plan && is_forward(after->phase)) {
    check_raise(*after, after->plan->target.set, after->weight.percent);
  }
}

void Invariants::check_total(const agent::RuntimeOrders& orders, const Record& record) {
  if (!record.plan || record.phase == Phase::idle) return;
  if (record.size && !record.size->ordered) return;  // what is too much goes when the weight was read back
  const std::uint32_t target_n = rollout::target_size(record);
  const std::uint32_t stable_n = rollout::stable_size(record);
  const std::uint32_t n = std::max(target_n, stable_n);
  std::uint32_t total = 0;
  for (const agent::SetOrder& order : orders.sets) total += counted(order);
  const auto* rolling = rolling_of(record);
  if ((rolling == nullptr && !by_ratio()) || !record.stable) {
    // On the way back the target keeps what it has until it is left, whatever size somebody asks for meanwhile.
    const std::uint32_t target_most =
        record.phase == Phase::aborting ? std::max(target_n, record.target_replicas) : target_n;
    demand(total <= std::max(target_most + stable_n, total_of_last_), "I3 more instances than both sets have");
    return;
  }
  const rollout::Bounds bounds = rollout::bounds_of_plan(*record.plan, n);
  // Another size and what was decided at the one before may come in one commit: that size counts once more.
  const std::uint32_t allowed = n + bounds.surge;
  const std::uint32_t most = std::max({allowed, allowed_before_, last_runtime_ ? total_of_last_ : 0});
  allowed_before_ = allowed;
  demand(total <= most, "I3 " + std::to_string(total) + " instances of at most " + std::to_string(most));
}

void Invariants::on_write(const agent::RuntimeOrders& orders, std::uint64_t committed, const Record* record) {
  demand(orders.seq <= committed, "I8 runtime orders were given before they were journaled");
  if (last_runtime_) {
    demand(orders.seq >= last_runtime_->seq, "I9 older runtime orders came after newer ones");
    demand(orders.seq != last_runtime_->seq || orders == *last_runtime_, "I8 one number, two runtime orders");
  }
  if (record != nullptr) check_total(orders, *record);
  if (record != nullptr) check_kept(orders, *record);
  check_companions(orders);
  for (const agent::SetOrder& order : last_runtime_ ? last_runtime_->sets : std::vector<agent::SetOrder>{}) {
    const SetId& set = order.snapshot.set;
    const bool gone = order.replicas > 0 && replicas_of(orders, set) == 0;
    const auto* rolling = record != nullptr ? rolling_of(*record) : nullptr;
    const bool others = runtime_.instances().size() > runtime_.serving(set);
    if (gone && others && rolling == nullptr && !by_ratio()) {
      demand(router_.share(set) == 0 || last_share(set) == 0, "I18 " + set.str() + " was let go while it had requests");
    }
  }
  last_runtime_ = orders;
  runtime_given_ = orders.seq;
  total_of_last_ = 0;
  for (const agent::SetOrder& order : orders.sets) total_of_last_ += counted(order);
}

std::uint32_t Invariants::last_share(const SetId& set) const { return last_router_ ? share_in(*last_router_, set) : 0; }

void Invariants::check_raise(const Record& record, const SetId& set, std::uint32_t percent) const {
  const bool target = record.plan && record.plan->target.set == set;
  const std::uint32_t size = target ? rollout::target_size(record) : rollout::stable_size(record);
  // Until more instances that somebody asked for are there, those of before carry all requests.
  const bool growing = record.size && record.size->carried > 0;
  const std::uint32_t n = growing ? std::min(size, record.size->carried) : size;
  const auto* rolling = rolling_of(record);
  const std::uint32_t missing =
      rolling != nullptr ? rollout::bounds_of(rolling->max_surge, rolling->max_unavailable, n).unavailable : 0;
  const std::uint32_t available = ready(set);
  const auto* canary = std::get_if<rollout::Canary>(&record.plan->strategy);
  const bool dynamic = canary != nullptr && canary->dynamic_stable_scale && !by_ratio();
  if (target && record.stable && dynamic && !record.strategy_skipped) {
    const std::uint32_t stable_n = rollout::stable_size(record);
    demand(ready(record.stable->set) * 100 + 100 > (100 - percent) * stable_n,
           "I2 stable is left with " + std::to_string(100 - percent) + " % and " +
               std::to_string(ready(record.stable->set)) + " of " + std::to_string(stable_n) + " instances");
  }
  if (target) demand(available > 0, "I4 " + set.str() + " gets requests without an available instance");
  if (target && !by_ratio()) {
    demand(available * 100 + 100 > percent * (n - missing), "I2 " + set.str() + " gets " + std::to_string(percent) +
                                                                " % with " + std::to_string(available) + " of " +
                                                                std::to_string(n) + " instances");
  }
}

void Invariants::on_write(const agent::RouterOrders& orders, std::uint64_t committed, const Record* record) {
  demand(orders.seq <= committed, "I8 router orders were given before they were journaled");
  if (last_router_) {
    demand(orders.seq >= last_router_->seq, "I9 older router orders came after newer ones");
    demand(orders.seq != last_router_->seq || orders == *last_router_, "I8 one number, two router orders");
  }
  if (record != nullptr && record->plan && record->phase != Phase::idle && last_router_) {
    const std::uint32_t percent = share_in(orders, record->plan->target.set);
    demand(percent <= record->weight.percent, "I8 a weight was written that was never decided");
  }
  if (record != nullptr) check_forced(orders, *record);
  last_router_ = orders;
  router_given_ = orders.seq;
}

void Invariants::on_stopped(const EndpointId& id, bool receives, std::uint32_t in_flight) {
  demand(!receives && in_flight == 0, "I18 " + id.str() + " was stopped with requests under way");
}

}  // namespace depops::simulation
