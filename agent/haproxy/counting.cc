#include "agent/haproxy/counting.h"

#include <algorithm>

#include "agent/haproxy/forced.h"
#include "agent/haproxy/render.h"

namespace depops::agent::haproxy {

void Counting::add_counters(ServiceTraffic& traffic, const Running& running) {
  const auto ordinary = running.backends.find(backend_of(traffic.service));
  if (ordinary == running.backends.end()) return;
  for (const RoutedFacts& endpoint : traffic.endpoints) {
    const std::string& name = endpoint.id.str();
    traffic.counters.push_back(row(running, name, name, ordinary->second.at(name)));
  }
  for (std::size_t i = 0; i < kMaxForcedSets; ++i) {
    const std::string backend = forced_backend(traffic.service, i);
    const auto servers = running.backends.find(backend);
    if (servers == running.backends.end()) continue;
    for (const auto& [name, state] : servers->second) {
      if (name != kOrdinaryServer) traffic.forced_counters.push_back(row(running, backend + "/" + name, name, state));
    }
  }
}

analysis::CounterRow Counting::row(const Running& running, const std::string& source, const std::string& server,
                                   const ServerState& state) {
  Counted& counted = counted_[source];
  const std::uint64_t lost = lost_attempts(state);
  counted.told = std::max(counted.told, std::min(lost, counted.last_lost));
  counted.last_lost = lost;
  return {set_of_server(server), "haproxy:" + std::to_string(running.pid) + "/" + source, state.answers,
          state.errors_5xx, counted.told};
}

}  // namespace depops::agent::haproxy
