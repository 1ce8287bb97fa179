#include <algorithm>
#include <utility>

#include "agent/app/site.h"
#include "agent/execution/left_behind.h"
#include "shared/rollout/desired.h"

namespace depops::agent {
namespace {

constexpr Millis kLookWait{5'000};  // for the first facts after a start
// A sample belongs to the analyses it was asked for.
std::string runs_of(const rollout::Record& record) {
  std::string runs = record.analysis ? record.analysis->run : std::string();
  if (record.background) runs += " " + record.background->run;
  return runs;
}

constexpr std::size_t kRemovalsMost = 64;
constexpr Millis kMeasureWait{2'000};  // before a reading that did not come is asked for again

}  // namespace

Agent::Site::Service& Agent::Site::service_of(const ServiceName& name) {
  Service& service = services_[name];
  if (!service.record) {
    auto record = std::make_shared<rollout::Record>();
    record->service = name;
    service.record = std::move(record);
  }
  return service;
}

Records Agent::Site::records() const {
  Records all;
  all.reserve(services_.size());
  for (const auto& [name, service] : services_) all.push_back(service.record);
  return all;
}

// Until the first orders after a start, what is seen is the world as it was found: that may be acted on.
World Agent::Site::world() const {
  World world;
  world.runtime = runtime_ ? &*runtime_ : nullptr;
  world.router = router_ ? &*router_ : nullptr;
  world.runtime_fresh = runtime_ && (!runtime_given_ || runtime_->applied_seq >= site_.runtime_seq);
  world.router_fresh = router_ && (!router_given_ || router_->applied_seq >= site_.router_seq);
  world.artifacts = &artifacts_;
  world.weights = settings_.router.weights;
  world.can = settings_.router;
  world.hooks = &hooks_;
  world.jobs = settings_.jobs;
  world.skew = timing_.reading.skew;
  return world;
}

bool Agent::Site::is_allowed(const rollout::Event& event, const rollout::Decision& decision) const {
  if (storage_ == Storage::full || !damaged_.empty()) return decision.safe;
  if (decision.begins && (!site_.frozen.empty() || lacks_time(decision.next->service, *decision.next->plan)))
    return false;
  if (storage_ == Storage::ok && spool_.room() == Room::ample) return true;
  return std::holds_alternative<rollout::Submit>(event) ? !decision.accepted : !decision.begins;
}

// Why it does not do what it could, and whose turn it is.
rollout::DesiredRefused Agent::Site::why_held(const Moment& now, Generation generation) const {
  const std::string only = ": only pause, abort and rollback are possible; ";
  if (!damaged_.empty())
    return {now.wall, generation, "damaged",
            "the agent's journal is damaged (" + damaged_ + ")" + only + "enrol the site again"};
  if (storage_ != Storage::ok)
    return {now.wall, generation, "storage", "the disk of the agent's journal is full" + only + "free space"};
  if (spool_.room() != Room::ample) return {now.wall, generation, "spool", spool_.reason(outbox_.online())};
  if (!site_.frozen.empty())
    return {now.wall, generation, "frozen",
            "the hub froze this site (" + site_.frozen + ")" + only + "an admin lifts it"};
  return {now.wall, generation, "time", why_no_time()};
}

rollout::Decision Agent::Site::decide(Turn& turn, Service& service, const rollout::Event& event) {
  rollout::Decision nothing;
  nothing.accepted = false;
  // What was found after a start is taken note of even then: without it no order could be given.
  const bool looks = std::holds_alternative<rollout::Recovered>(event) && storage_ != Storage::gone;
  if (only_observes() && !looks) {
    nothing.answer = why_held(turn.now, {}).reason;
    return nothing;
  }
  const rollout::View view = view_of(*service.record, world(), service.samples, turn.now);
  rollout::Decision decision = rollout::step(service.record, event, view, service.watch, turn.now);
  if (is_allowed(event, decision)) return decision;
  const auto* submit = std::get_if<rollout::Submit>(&event);
  rollout::DesiredRefused held = why_held(turn.now, submit != nullptr ? submit->epoch : Generation());
  nothing.answer = held.reason;
  // Refused to the hub is refused for good: it counts on that, and the document may come again when there is room.
  if (const auto* command = std::get_if<rollout::Command>(&event)) {
    return rollout::refuse(service.record, *command, service.record->rollout, nothing.answer, view, turn.now);
  }
  if (submit != nullptr && !submit->local) {
    refuse(turn, std::move(held));
    return rollout::refuse(service.record, *submit, nothing.answer, view, turn.now);
  }
  return nothing;
}

void Agent::Site::absorb(Turn& turn, Service& service, rollout::Decision& decision) {
  if (!decision.next) return;
  service.record = std::move(decision.next);
  auto& batched = turn.out.batch.records;
  std::erase_if(batched, [&](const auto& old) { return old->service == service.record->service; });
  batched.push_back(service.record);
  turn.out.batch.safe = turn.out.batch.safe && decision.safe;
  for (audit::Leaf& leaf : decision.leaves) write(turn, std::move(leaf));
  for (rollout::Report& report : decision.reports) write(turn, std::move(report));
  runtime_dirty_ = router_dirty_ = wants_dirty_ = hooks_dirty_ = true;
  const std::string run = runs_of(*service.record);
  if (run != service.sampled) {
    service.sampled = run;
    service.samples.clear();
  }
}

void Agent::Site::look_first(Turn& turn) {
  const bool seen = runtime_ && router_;
  if (!seen && elapsed(started_, turn.now, kLookWait) < kLookWait) return;
  looked_ = true;
  for (auto& [name, service] : services_) {
    rollout::Decision decision = decide(turn, service, rollout::Recovered{});
    absorb(turn, service, decision);
  }
}

void Agent::Site::observe_all(Turn& turn) {
  if (storage_ == Storage::gone) return;
  if (!looked_) return look_first(turn);
  if (only_observes()) return;
  for (auto& [name, service] : services_) {
    rollout::Decision decision = decide(turn, service, rollout::Observed{});
    absorb(turn, service, decision);
  }
}

void Agent::Site::order(Turn& turn) {
  if (!looked_ || storage_ == Storage::gone || services_.empty()) return;
  order_runtime(turn);
  order_router(turn);
  order_hooks(turn);
  want(turn);
  send(turn);
}

void Agent::Site::order_runtime(Turn& turn) {
  if (!runtime_dirty_) return;
  runtime_dirty_ = false;
  std::vector<EndpointId> released;
  const World seen = world();
  if (seen.runtime_fresh && seen.router_fresh && router_given_ && router_->reachable) {
    released = released_by(*runtime_, *router_, router_orders_);
  } else {
    released = runtime_orders_.released;
  }
  RuntimeOrders orders = runtime_orders(records(), released, settings_.router.weights);
  orders.seq = runtime_orders_.seq;
  prune(turn, orders);
  if (runtime_given_ && orders == runtime_orders_) return;
  orders.seq = ++site_.runtime_seq;
  turn.site_changed = true;
  runtime_given_ = true;
  runtime_orders_ = orders;
  turn.out.effects.push_back(ApplyRuntime{std::move(orders)});
}

// What goes is in the journal before anybody is told to remove it, and in the audit log once, whatever becomes of the
// agent.
void Agent::Site::prune(Turn& turn, RuntimeOrders& orders) {
  if (!runtime_ || only_observes()) return;
  orders.prune = prunable(records(), *runtime_);
  for (const LeftBehind& left : runtime_->left) {
    const auto is_in = [&](const std::vector<std::string>& lives) { return std::ranges::count(lives, left.life) > 0; };
    const bool is_known = is_in(runtime_orders_.prune) || is_in(service_of(left.service).record->removals);
    if (!is_in(orders.prune) || is_known) continue;
    remember_removal(turn, left);
    note(turn, "object.removal_ordered", "removed",
         left.object + " (" + left.life + ") of " + left.service.str() + " goes: its stable version says that " +
             left.part + " does, and no version that is kept to go back to has it");
  }
}

void Agent::Site::remember_removal(Turn& turn, const LeftBehind& left) {
  Service& service = service_of(left.service);
  auto next = std::make_shared<rollout::Record>(*service.record);
  if (next->removals.size() == kRemovalsMost) next->removals.erase(next->removals.begin());
  next->removals.push_back(left.life);
  rollout::Decision decision;
  decision.next = std::move(next);
  absorb(turn, service, decision);
}

void Agent::Site::order_router(Turn& turn) {
  if (!router_dirty_ || !runtime_) return;
  router_dirty_ = false;
  const Records all = records();
  std::uint64_t order_sum = 0;
  for (const auto& record : all) order_sum += record->order;
  RouterOrders orders = router_orders(all, *runtime_);
  orders.seq = router_orders_.seq;
  if (router_given_ && orders == router_orders_ && order_sum == order_sum_) return;
  order_sum_ = order_sum;
  orders.seq = ++site_.router_seq;
  turn.site_changed = true;
  router_given_ = true;
  router_orders_ = orders;
  turn.out.effects.push_back(ApplyRouter{std::move(orders)});
}

void Agent::Site::want(Turn& turn) {
  if (!wants_dirty_) return;
  wants_dirty_ = false;
  std::vector<ArtifactRef> refs = artifacts_of(records());
  if (refs == wanted_) return;
  wanted_ = refs;
  turn.out.effects.push_back(WantArtifacts{std::move(refs)});
}

void Agent::Site::measure(Turn& turn) {
  if (!runtime_ || !looked_) return;
  for (auto& [name, service] : services_) {
    if (!service.record->analysis && !service.record->background) continue;
    const bool waits = service.asked != Stamp{} && elapsed(service.asked, turn.now, kMeasureWait) < kMeasureWait;
    if (waits) continue;
    std::vector<MeasureOrder> orders = measures_of(*service.record, *runtime_, turn.now);
    if (orders.empty()) continue;
    service.asked = Stamp::of(turn.now);
    turn.out.effects.push_back(Measure{std::move(orders)});
  }
}

}  // namespace depops::agent
