#include "tests/simulation/fake_runtime.h"

#include <algorithm>
#include <utility>

namespace depops::simulation {

using agent::EndpointState;

void FakeRuntime::apply(const agent::RuntimeOrders& orders, Millis boottime) {
  pending_ = orders;
  due_ = boottime + Millis(rng_.below(400));
}

void FakeRuntime::adapter_restarted() {
  pending_.reset();
  applied_ = 0;
  changed_ = true;
}

bool FakeRuntime::changed() { return std::exchange(changed_, false); }

std::vector<EndpointId> FakeRuntime::take_stopped() { return std::exchange(stopped_, {}); }

std::uint32_t FakeRuntime::serving(const SetId& set) const {
  return static_cast<std::uint32_t>(std::count_if(instances_.begin(), instances_.end(), [&](const Instance& instance) {
    return instance.set == set && instance.state == EndpointState::ready;
  }));
}

void FakeRuntime::retire(Instance& instance, Millis boottime, Millis drain) {
  instance.state = EndpointState::retiring;
  instance.since = boottime;
  instance.drain = drain;
}

void FakeRuntime::spawn(const agent::SetOrder& order, Millis boottime) {
  Instance instance;
  instance.id = EndpointId(order.snapshot.set.str() + "." + std::to_string(++spawned_));
  instance.set = order.snapshot.set;
  instance.since = boottime;
  instance.drain = order.snapshot.workload.drain;
  instance.port = static_cast<std::uint16_t>(20'000 + spawned_ % 40'000);
  instances_.push_back(std::move(instance));
}

// Unavailable instances go first, then the newest.
void FakeRuntime::scale(const agent::SetOrder& order, Millis boottime) {
  std::vector<Instance*> alive;
  for (Instance& instance : instances_) {
    if (instance.set == order.snapshot.set && instance.state != EndpointState::retiring) alive.push_back(&instance);
  }
  std::stable_partition(alive.begin(), alive.end(),
                        [](const Instance* one) { return one->state == EndpointState::ready; });
  while (alive.size() > order.replicas) {
    retire(*alive.back(), boottime, order.snapshot.workload.drain);
    alive.pop_back();
  }
  for (std::size_t have = alive.size(); have < order.replicas; ++have) spawn(order, boottime);
}

void FakeRuntime::take_up(const agent::RuntimeOrders& orders, Millis boottime) {
  for (Instance& instance : instances_) {
    const bool named = std::any_of(orders.sets.begin(), orders.sets.end(),
                                   [&](const agent::SetOrder& order) { return order.snapshot.set == instance.set; });
    if (!named && instance.state != EndpointState::retiring) retire(instance, boottime, instance.drain);
  }
  std::erase_if(restarts_, [&](const auto& item) {
    return std::none_of(orders.sets.begin(), orders.sets.end(),
                        [&](const agent::SetOrder& order) { return order.snapshot.set == item.first; });
  });
  for (const agent::SetOrder& order : orders.sets) scale(order, boottime);
  orders_ = orders;
  applied_ = orders.seq;
  changed_ = true;
}

void FakeRuntime::advance(const Moment& now, Millis step) {
  if (pending_ && now.boottime >= due_) take_up(*std::exchange(pending_, std::nullopt), now.boottime);
  for (Instance& instance : instances_) {
    const Profile& profile = profiles_.at(instance.set);
    const bool started = now.boottime - instance.since >= profile.start;
    if (instance.state == EndpointState::starting && started && !profile.never_ready) {
      instance.state = EndpointState::ready;
      instance.since = now.boottime;
      instance.ready_at = now.wall;
      changed_ = true;
    }
    const auto chance = static_cast<std::uint32_t>(profile.crash_permille * step.count() / 1000);
    if (instance.state == EndpointState::ready && chance > 0 && rng_.chance(chance)) {
      instance.state = EndpointState::starting;
      instance.since = now.boottime;
      ++restarts_[instance.set];
      changed_ = true;
    }
  }
  const auto stops = [&](const Instance& instance) {
    if (instance.state != EndpointState::retiring) return false;
    const auto& released = orders_.released;
    const bool free = std::find(released.begin(), released.end(), instance.id) != released.end();
    if (free) stopped_.push_back(instance.id);
    return free || now.boottime - instance.since >= instance.drain;
  };
  if (std::erase_if(instances_, stops) > 0) changed_ = true;
}

void FakeRuntime::crash_one(const Moment& now) {
  if (instances_.empty()) return;
  Instance& instance = instances_[rng_.below(static_cast<std::uint32_t>(instances_.size()))];
  if (instance.state != EndpointState::ready) return;
  instance.state = EndpointState::starting;
  instance.since = now.boottime;
  ++restarts_[instance.set];
  changed_ = true;
}

agent::RuntimeFacts FakeRuntime::facts(const Moment& now) const {
  agent::RuntimeFacts facts;
  facts.applied_seq = applied_;
  facts.at = now.wall;
  for (const Instance& instance : instances_) {
    facts.endpoints.push_back(
        {instance.id, instance.set, "127.0.0.1", instance.port, instance.state, instance.ready_at});
    auto set = std::find_if(facts.sets.begin(), facts.sets.end(),
                            [&](const agent::SetFacts& known) { return known.set == instance.set; });
    if (set == facts.sets.end()) {
      facts.sets.push_back({instance.set, 0, 0, 0, 0, 0, ""});
      set = std::prev(facts.sets.end());
    }
    set->running += instance.state != EndpointState::retiring ? 1 : 0;
    set->ready += instance.state == EndpointState::ready ? 1 : 0;
    set->retiring += instance.state == EndpointState::retiring ? 1 : 0;
  }
  for (agent::SetFacts& set : facts.sets) {
    const auto found = restarts_.find(set.set);
    set.restarts = found == restarts_.end() ? 0 : found->second;
    for (const agent::SetOrder& order : orders_.sets) {
      if (order.snapshot.set == set.set) set.desired = order.replicas;
    }
  }
  return facts;
}

}  // namespace depops::simulation
