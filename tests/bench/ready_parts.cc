#include "tests/bench/ready_parts.h"

#include <algorithm>
#include <utility>

namespace depops::bench {

using agent::EndpointState;

void ReadyRuntime::start(std::function<void(agent::RuntimeFacts)> changed) {
  changed_ = std::move(changed);
  changed_(facts(0));
}

std::uint32_t ReadyRuntime::count(const SetId& set) const {
  return static_cast<std::uint32_t>(std::count_if(endpoints_.begin(), endpoints_.end(), [&](const auto& item) {
    return item.second.set == set && item.second.state != EndpointState::retiring;
  }));
}

void ReadyRuntime::retire_beyond(const std::map<SetId, std::uint32_t>& wanted) {
  for (auto& [id, endpoint] : endpoints_) {
    const auto found = wanted.find(endpoint.set);
    if (count(endpoint.set) > (found == wanted.end() ? 0 : found->second)) endpoint.state = EndpointState::retiring;
  }
}

void ReadyRuntime::apply(agent::RuntimeOrders orders) {
  std::map<SetId, std::uint32_t> wanted;
  for (const agent::SetOrder& order : orders.sets) wanted[order.snapshot.set] = order.replicas;
  for (const EndpointId& id : orders.released) endpoints_.erase(id);
  retire_beyond(wanted);
  for (const auto& [set, replicas] : wanted) {
    while (count(set) < replicas) {
      const EndpointId id(set.str() + "." + std::to_string(++made_));
      const auto port = static_cast<std::uint16_t>(20'000 + made_ % 40'000);
      endpoints_[id] = {id, set, "127.0.0.1", port, EndpointState::ready, clock_.now().wall};
    }
  }
  changed_(facts(orders.seq));
}

agent::RuntimeFacts ReadyRuntime::facts(std::uint64_t applied) const {
  agent::RuntimeFacts facts{applied, clock_.now().wall, {}, {}};
  std::map<SetId, agent::SetFacts> sets;
  for (const auto& [id, endpoint] : endpoints_) {
    facts.endpoints.push_back(endpoint);
    agent::SetFacts& set = sets[endpoint.set];
    set.set = endpoint.set;
    const bool retiring = endpoint.state == EndpointState::retiring;
    set.retiring += retiring ? 1 : 0;
    set.desired = set.running = set.ready += retiring ? 0 : 1;
  }
  for (auto& [name, set] : sets) facts.sets.push_back(std::move(set));
  return facts;
}

void ReadyRouter::start(std::function<void(agent::RouterFacts)> read) {
  read_ = std::move(read);
  read_({0, clock_.now().wall, true, "", {}, {}});
}

void ReadyRouter::apply(agent::RouterOrders orders) {
  agent::RouterFacts facts{orders.seq, clock_.now().wall, true, "", {}, {}};
  for (agent::ServiceRoute& route : orders.routes) {
    agent::ServiceTraffic traffic{route.service, std::move(route.shares), {}, {}};
    for (const agent::RoutedEndpoint& endpoint : route.endpoints)
      traffic.endpoints.push_back({endpoint.id, endpoint.set, true, endpoint.drain, 1, 0});
    facts.services.push_back(std::move(traffic));
  }
  read_(std::move(facts));
}

void ReadyArtifacts::want(std::vector<agent::ArtifactRef> refs) {
  for (const agent::ArtifactRef& ref : refs) changed_({ref.digest, true, ref.size, "", false});
}

}  // namespace depops::bench
