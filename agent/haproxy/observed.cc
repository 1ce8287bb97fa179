#include "agent/haproxy/observed.h"

#include <algorithm>

#include "agent/haproxy/render.h"

namespace depops::agent::haproxy {
namespace {

std::string label(const std::string& backend, const std::string& server) {
  return is_forced(backend) ? server + " in " + backend : server;
}

// What somebody else did to a server; "" if nothing.
std::string foreign_change(const std::string& backend, const std::string& server, const ServerState& state,
                           const Memory& memory) {
  const std::string name = label(backend, server);
  const auto written = memory.written.find(backend + "/" + server);
  if (written == memory.written.end()) return "server " + name + " was added by somebody else";
  if (state.weight != written->second.weight) {
    return "weight of " + name + " is " + std::to_string(state.weight) + ", written was " +
           std::to_string(written->second.weight);
  }
  const bool out = state.drain || state.maintenance;
  if (!written->second.drain && out) return name + " was taken out by somebody else";
  if (written->second.drain && !out) return name + " was put back by somebody else while it drains";
  return "";
}

// Requests under way stay with a server when it is no longer forced to, and
// keep it from being stopped.
void add_forced(ServiceTraffic& traffic, const ServiceRoute& route, const Running& running) {
  for (std::size_t i = 0; i < kMaxForcedSets; ++i) {
    for (RoutedFacts& endpoint : traffic.endpoints) {
      const ServerState* state = find_server(running, forced_backend(route.service, i), endpoint.id.str());
      if (state == nullptr) continue;
      endpoint.in_flight += state->in_flight;
      endpoint.draining = endpoint.draining && (state->drain || state->maintenance);
    }
  }
  traffic.forced = forced_facts(route, running);
}

// Whole percents that sum to 100, by the largest remainder.
std::vector<SetShare> shares_of(const std::map<SetId, std::uint64_t>& weights) {
  std::uint64_t sum = 0;
  for (const auto& [set, weight] : weights) sum += weight;
  std::vector<SetShare> shares;
  std::vector<std::pair<std::uint64_t, std::size_t>> remainders;
  std::uint32_t given = 0;
  for (const auto& [set, weight] : weights) {
    const auto percent = sum == 0 ? 0U : static_cast<std::uint32_t>(weight * 100 / sum);
    remainders.emplace_back(sum == 0 ? 0 : weight * 100 % sum, shares.size());
    shares.push_back({set, percent});
    given += percent;
  }
  std::ranges::sort(remainders, std::greater{});
  for (std::size_t i = 0; sum > 0 && given < 100 && i < remainders.size(); ++i, ++given) {
    shares[remainders[i].second].percent += 1;
  }
  return shares;
}

}  // namespace

std::vector<std::string> foreign_changes(const Running& running, const Memory& memory) {
  std::vector<std::string> found;
  std::set<std::string> seen;
  for (const auto& [backend, servers] : running.backends) {
    for (const auto& [server, state] : servers) {
      if (!is_ours_to_order(backend, server)) continue;
      seen.insert(backend + "/" + server);
      const std::string change = foreign_change(backend, server, state, memory);
      if (!change.empty()) found.push_back(change);
    }
  }
  for (const auto& [path, written] : memory.written) {
    if (seen.contains(path)) continue;
    const auto slash = path.find('/');
    found.push_back("server " + label(path.substr(0, slash), path.substr(slash + 1)) + " was removed by somebody else");
  }
  for (const auto& [service, rows] : running.maps) {
    const auto written = memory.rows.find(service);
    if (written == memory.rows.end()) continue;
    for (std::string& change : foreign_rows(written->second, rows)) found.push_back(std::move(change));
  }
  return found;
}

ServiceTraffic traffic_of(const ServiceRoute& route, const Running& running, const Memory& memory) {
  ServiceTraffic traffic;
  traffic.service = route.service;
  std::map<SetId, std::uint64_t> weights;
  for (const SetShare& share : route.shares) weights[share.set] = 0;
  const auto servers = running.backends.find(backend_of(route.service));
  if (servers == running.backends.end()) return traffic;
  for (const auto& [name, state] : servers->second) {
    if (name == "BACKEND") continue;
    const SetId set = set_of_server(name);
    const bool draining = state.drain || state.maintenance;
    if (state.running && !draining) weights[set] += state.weight;
    const bool up = is_live(&state, servers->first + "/" + name, memory);
    traffic.endpoints.push_back({EndpointId(name), set, up, draining, state.weight, state.in_flight});
  }
  traffic.shares = shares_of(weights);
  add_forced(traffic, route, running);
  return traffic;
}

}  // namespace depops::agent::haproxy
