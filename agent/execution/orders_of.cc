#include "agent/execution/orders_of.h"

#include <algorithm>
#include <iterator>

#include "shared/rollout/companions.h"
#include "shared/rollout/desired.h"
#include "shared/rollout/height.h"
#include "shared/rollout/size.h"

namespace depops::agent {
namespace {

// Sets whose endpoints belong to the service: what is wanted, and what was wanted before and is on its way out.
std::vector<SetId> sets_of(const rollout::Record& record) {
  std::vector<SetId> sets;
  if (record.stable) sets.push_back(record.stable->set);
  if (record.plan) sets.push_back(record.plan->target.set);
  for (const rollout::Snapshot& kept : record.history) sets.push_back(kept->set);
  return sets;
}

// Going back and at rest it is stable that counts.
std::uint32_t size_of(const rollout::Record& record) {
  const bool back = record.phase == rollout::Phase::idle || record.phase == rollout::Phase::aborting;
  return back || !record.plan ? rollout::stable_size(record) : rollout::target_size(record);
}

bool is_routed(EndpointState state) { return state != EndpointState::starting; }

ServiceRoute route_of(const rollout::Record& record, const RuntimeFacts& facts) {
  ServiceRoute route;
  route.service = record.service;
  const rollout::Wanted wanted = rollout::desired_of(record);
  for (const rollout::WantedSet& set : wanted.sets) {
    route.shares.push_back({set.snapshot->set, set.percent});
    const rollout::Readiness& readiness = set.snapshot->workload.readiness;
    route.health_path = readiness.kind == rollout::Readiness::Kind::http ? readiness.path : "";
  }
  route.forced = wanted.forced;
  const std::vector<SetId> sets = sets_of(record);
  for (const EndpointFacts& endpoint : facts.endpoints) {
    const bool ours = std::find(sets.begin(), sets.end(), endpoint.set) != sets.end();
    if (!ours || !is_routed(endpoint.state)) continue;
    const bool drain = endpoint.state == EndpointState::retiring;
    route.endpoints.push_back({endpoint.id, endpoint.set, endpoint.host, endpoint.port, drain});
  }
  std::sort(route.endpoints.begin(), route.endpoints.end(),
            [](const RoutedEndpoint& left, const RoutedEndpoint& right) { return left.id < right.id; });
  return route;
}

// Whether the orders say that the endpoint gets no new request.
bool is_off(const RouterOrders& given, const EndpointId& id) {
  for (const ServiceRoute& route : given.routes) {
    for (const RoutedEndpoint& endpoint : route.endpoints) {
      if (endpoint.id == id) return endpoint.drain;
    }
  }
  return true;
}

bool is_quiet(const RouterFacts& router, const EndpointId& id) {
  for (const ServiceTraffic& traffic : router.services) {
    for (const RoutedFacts& endpoint : traffic.endpoints) {
      if (endpoint.id == id) return endpoint.draining && endpoint.in_flight == 0;
    }
  }
  return true;
}

}  // namespace

RuntimeOrders runtime_orders(const Records& records, const std::vector<EndpointId>& released, bool weights) {
  RuntimeOrders orders;
  for (const auto& record : records) {
    if (record->phase == rollout::Phase::idle && record->stable) orders.at_rest.push_back(record->service);
    orders.sizes[record->service] = size_of(*record);
    if (record->phase == rollout::Phase::aborting && record->stable)
      orders.returning[record->service] = record->stable->set;
    for (const rollout::WantedSet& set : rollout::desired_of(*record).sets) {
      const bool target = record->plan && set.snapshot->set == record->plan->target.set;
      orders.sets.push_back({*set.snapshot, set.replicas, target ? rollout::height_of(*record, weights) : 0,
                             target ? rollout::crowds_of(*record, weights) : std::vector<rollout::Crowd>(),
                             target ? rollout::dip_of(*record, weights) : std::nullopt});
      for (const auto& [name, companion] : set.snapshot->companions) {
        orders.sets.push_back({rollout::companion_of(*set.snapshot, name),
                               rollout::companions_for(*set.snapshot, companion, set.replicas)});
      }
    }
  }
  orders.released = released;
  return orders;
}

RouterOrders router_orders(const Records& records, const RuntimeFacts& facts) {
  RouterOrders orders;
  for (const auto& record : records) orders.routes.push_back(route_of(*record, facts));
  return orders;
}

std::vector<EndpointId> released_by(const RuntimeFacts& runtime, const RouterFacts& router, const RouterOrders& given) {
  std::vector<EndpointId> released;
  for (const EndpointFacts& endpoint : runtime.endpoints) {
    if (endpoint.state != EndpointState::retiring) continue;
    if (is_off(given, endpoint.id) && is_quiet(router, endpoint.id)) released.push_back(endpoint.id);
  }
  return released;
}

std::vector<ArtifactRef> artifacts_of(const Records& records) {
  std::vector<ArtifactRef> refs;
  for (const auto& record : records) {
    for (const rollout::Snapshot& kept : rollout::desired_of(*record).hold) {
      const ArtifactRef ref{kept->artifact, kept->artifact_size};
      if (std::find(refs.begin(), refs.end(), ref) == refs.end()) refs.push_back(ref);
    }
  }
  return refs;
}

std::vector<MeasureOrder> measures_of(const rollout::Record& record, const RuntimeFacts& facts, const Moment& now) {
  std::vector<MeasureOrder> orders;
  const rollout::Snapshot target = rollout::target_of(record);
  for (const analysis::MetricSpec* metric : rollout::due_metrics(record, now)) {
    MeasureOrder order;
    order.metric = MetricName(record.service.str() + "/" + metric->name.str());
    order.provider = metric->provider;
    order.service = record.service;
    order.rollout = record.rollout;
    order.canary = {target->set, target->label};
    if (record.stable) order.stable = MeasuredSet{record.stable->set, record.stable->label};
    const auto is_ours = [&](const SetId& set) {
      return set == target->set || (record.stable && set == record.stable->set);
    };
    for (const EndpointFacts& endpoint : facts.endpoints) {
      if (is_ours(endpoint.set) && endpoint.state != EndpointState::starting) order.endpoints.push_back(endpoint);
    }
    std::ranges::copy_if(facts.sets, std::back_inserter(order.sets),
                         [&](const SetFacts& set) { return is_ours(set.set); });
    orders.push_back(std::move(order));
  }
  return orders;
}

}  // namespace depops::agent
