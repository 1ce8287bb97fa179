#include "agent/execution/view_of.h"

#include <algorithm>

#include "shared/rollout/companions.h"
#include "shared/rollout/desired.h"

namespace depops::agent {
namespace {

bool is_available(const EndpointFacts& endpoint, Millis min_ready, Instant now) {
  if (endpoint.state != EndpointState::ready) return false;
  if (min_ready == Millis(0) || !endpoint.ready_since) return true;
  const Millis since = now - *endpoint.ready_since;
  return since >= min_ready || since < Millis(0);  // a clock that was set back does not take instances away
}

const RoutedFacts* routed(const ServiceTraffic* traffic, const EndpointId& id) {
  if (traffic == nullptr) return nullptr;
  for (const RoutedFacts& endpoint : traffic->endpoints) {
    if (endpoint.id == id) return &endpoint;
  }
  return nullptr;
}

void add_set(rollout::SetView& view, const SetId& set, const World& world, const ServiceTraffic* traffic,
             Millis min_ready, const Moment& now) {
  // A router that does not read the service, as before its first orders, says nothing of its instances.
  const bool checked = traffic != nullptr && world.router->reachable;
  for (const SetFacts& facts : world.runtime->sets) {
    if (facts.set != set) continue;
    view.ordered = facts.desired;
    view.running = facts.running;
    view.ready = facts.ready;
    view.restarts = facts.restarts;
    view.trouble = facts.trouble;
    view.turns = facts.turns;
  }
  for (const EndpointFacts& endpoint : world.runtime->endpoints) {
    if (endpoint.set != set || !is_available(endpoint, min_ready, now.wall + world.skew)) continue;
    ++view.available;
    const RoutedFacts* found = routed(traffic, endpoint.id);
    if (!checked || (found != nullptr && found->up && !found->draining)) ++view.routable;
  }
}

// A set is worth what its least available companion lets it be; whatever ends by itself in one counts for all.
void add_companions(rollout::SetView& view, const rollout::VersionSnapshot& snapshot, std::uint32_t replicas,
                    const World& world, Millis min_ready, const Moment& now) {
  for (const auto& [name, companion] : snapshot.companions) {
    rollout::SetView beside;
    add_set(beside, rollout::companion_set(snapshot.set, name), world, nullptr, min_ready, now);
    const std::uint32_t wanted = rollout::companions_for(snapshot, companion, replicas);
    view.ready = std::min(view.ready, rollout::complete_with(replicas, beside.ready, wanted));
    view.available = std::min(view.available, rollout::complete_with(replicas, beside.available, wanted));
    view.routable = std::min(view.routable, view.available);
    view.restarts += beside.restarts;
    if (view.trouble.empty() && !beside.trouble.empty()) view.trouble = name + ": " + beside.trouble;
  }
}

std::uint32_t in_flight_of(const ServiceTraffic& traffic, const SetId& set) {
  std::uint32_t sum = 0;
  for (const RoutedFacts& endpoint : traffic.endpoints) sum += endpoint.set == set ? endpoint.in_flight : 0;
  return sum;
}

void add_traffic(rollout::View& view, const RouterFacts& facts, const ServiceTraffic& traffic, const SetId& target,
                 const SetId& stable) {
  view.router = true;
  view.router_at = facts.at;
  view.counters = &traffic.counters;
  view.foreign = !traffic.foreign.empty() ? &traffic.foreign : &facts.foreign;
  view.target.in_flight = in_flight_of(traffic, target);
  view.stable.in_flight = in_flight_of(traffic, stable);
  view.forced_counters = &traffic.forced_counters;
  for (const ForcedFacts& forced : traffic.forced) {
    if (forced.set == target) view.routes.push_back({forced.route, forced.live});
  }
  for (const SetShare& share : traffic.shares) {
    if (share.set == target) view.target_share = share.percent;
  }
}

void add_artifact(rollout::View& view, const Digest& digest, const World& world) {
  const auto found = world.artifacts->find(digest);
  if (found == world.artifacts->end()) return;
  view.artifact = found->second.present;
  view.artifact_impossible = found->second.permanent;
  view.artifact_trouble = found->second.trouble;
}

std::optional<std::uint32_t> sized_by(const RuntimeFacts& facts, const ServiceName& service) {
  const auto found = facts.sized.find(service);
  return found == facts.sized.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

const ServiceTraffic* traffic_of(const RouterFacts& facts, const ServiceName& service) {
  for (const ServiceTraffic& traffic : facts.services) {
    if (traffic.service == service) return &traffic;
  }
  return nullptr;
}

rollout::View view_of(const rollout::Record& record, const World& world, const std::vector<rollout::Sample>& samples,
                      const Moment& now) {
  static const SetId kNoSet;
  rollout::View view;
  view.weights = world.weights;
  view.counted = world.can.proof == ShareProof::measured;
  view.headers = world.can.headers;
  view.cookies = world.can.cookies;
  view.all_at_once = world.can.all_at_once;
  view.jobs = world.jobs;
  const rollout::Snapshot target = rollout::target_of(record);
  const SetId& target_set = target ? target->set : kNoSet;
  const SetId& stable_set = record.stable ? record.stable->set : kNoSet;
  const ServiceTraffic* traffic = world.router != nullptr ? traffic_of(*world.router, record.service) : nullptr;
  const Millis min_ready = record.plan ? record.plan->min_ready : Millis(0);
  if (world.runtime != nullptr && world.runtime_fresh) {
    view.runtime = true;
    view.sized = sized_by(*world.runtime, record.service);
    if (target) add_set(view.target, target_set, world, traffic, min_ready, now);
    if (record.stable) add_set(view.stable, stable_set, world, traffic, min_ready, now);
    if (target) add_companions(view.target, *target, record.target_replicas, world, min_ready, now);
    if (record.stable) add_companions(view.stable, *record.stable, record.stable_replicas, world, min_ready, now);
  }
  if (world.router != nullptr) {
    view.router_trouble = world.router->trouble;
    if (traffic != nullptr && !traffic->trouble.empty()) view.router_trouble = traffic->trouble;
    if (traffic != nullptr && traffic->settled && world.router->reachable && world.router_fresh)
      add_traffic(view, *world.router, *traffic, target_set, stable_set);
  }
  if (target) add_artifact(view, target->artifact, world);
  view.samples = &samples;
  if (world.hooks == nullptr) return view;
  const auto hooks = world.hooks->find(record.service);
  if (hooks != world.hooks->end()) view.hooks = &hooks->second;
  return view;
}

}  // namespace depops::agent
