#include "agent/haproxy/reconcile.h"

#include <algorithm>

#include "agent/haproxy/choose_weights.h"
#include "agent/haproxy/render.h"

namespace depops::agent::haproxy {
namespace {

const ServerState* find_server(const Running& running, const std::string& backend, const std::string& server) {
  const auto servers = running.backends.find(backend);
  if (servers == running.backends.end()) return nullptr;
  const auto found = servers->second.find(server);
  return found == servers->second.end() ? nullptr : &found->second;
}

bool is_live(const ServerState* state, const std::string& server, const Memory& memory) {
  return state != nullptr && state->running && !state->maintenance &&
         (state->checked || !memory.fresh.contains(server));
}

std::vector<Target> targets_of_route(const ServiceRoute& route, const Running& running, const Memory& memory) {
  const std::string backend = backend_of(route.service);
  std::map<SetId, std::vector<const RoutedEndpoint*>> live, known;
  for (const RoutedEndpoint& endpoint : route.endpoints) {
    const std::string& name = endpoint.id.str();
    const ServerState* state = find_server(running, backend, name);
    if (endpoint.drain) continue;
    if (is_live(state, name, memory)) live[endpoint.set].push_back(&endpoint);
    if (state != nullptr && !memory.fresh.contains(name)) known[endpoint.set].push_back(&endpoint);
  }
  // A set of which nothing is up keeps its weights: it gets nothing now, and
  // its share at once when it comes back.
  for (const auto& [set, endpoints] : known) live.try_emplace(set, endpoints);
  std::vector<SetNeed> needs;
  for (const SetShare& share : route.shares) {
    needs.push_back({share.percent, static_cast<std::uint32_t>(live[share.set].size())});
  }
  const std::vector<SetWeight> weights = choose_weights(needs);
  std::map<std::string, std::uint32_t> weight_of;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto& members = live[route.shares[i].set];
    for (std::size_t k = 0; k < members.size() && k < weights[i].active; ++k) {
      weight_of[members[k]->id.str()] = weights[i].weight;
    }
  }
  std::vector<Target> targets;
  for (const RoutedEndpoint& endpoint : route.endpoints) {
    const std::string address = endpoint.host + ":" + std::to_string(endpoint.port);
    const std::string& name = endpoint.id.str();
    targets.push_back({backend, name, address, weight_of[name], endpoint.drain});
  }
  return targets;
}

// Draining servers keep their number: drain itself keeps requests away, and
// they can be taken back with their weight.
class Commander {
 public:
  Commander(const std::vector<Target>& targets, const Running& running, bool force, Memory& memory)
      : targets_(targets), running_(running), force_(force), memory_(memory) {}

  std::vector<std::string> run() {
    for (const Target& target : targets_) place(target);
    weigh();
    for (const auto& [backend, servers] : running_.backends) {
      for (const auto& [server, state] : servers) remove_if_gone(backend, server, state);
    }
    return std::move(lines_);
  }

 private:
  const ServerState* state_of(const Target& target) const {
    return find_server(running_, target.backend, target.server);
  }

  void place(const Target& target) {
    const std::string path = target.backend + "/" + target.server;
    const ServerState* state = state_of(target);
    if (state == nullptr) {
      if (memory_.written.contains(target.server) && !force_) return;  // somebody removed it: told as foreign
      lines_.push_back("add server " + path + " " + target.address + " weight 0 check inter 500 fall 2 rise 1;" +
                       "enable health " + path + ";enable server " + path);
      memory_.fresh.insert(target.server);
      memory_.written[target.server] = {0, false};
      return;
    }
    if (state->checked) memory_.fresh.erase(target.server);
    const auto found = memory_.written.find(target.server);
    const bool known = found != memory_.written.end();
    const bool changed = !known || found->second.drain != target.drain;
    if (changed || force_) set_admin_state(path, target, *state);
  }

  void set_admin_state(const std::string& path, const Target& target, const ServerState& state) {
    const bool right = !state.maintenance && state.drain == target.drain;
    if (!right) lines_.push_back("set server " + path + " state " + (target.drain ? "drain" : "ready"));
    const auto [entry, added] = memory_.written.try_emplace(target.server, Written{state.weight, target.drain});
    if (!added) entry->second.drain = target.drain;
  }

  // All weights of one moment on one line, raised ones first, so that the sum
  // is never 0 in between.
  void weigh() {
    std::vector<std::string> raised, lowered;
    std::map<std::string, std::uint64_t> sums, old_sums;
    for (const Target& target : targets_) {
      const ServerState* state = state_of(target);
      if (state == nullptr || target.drain) continue;
      sums[target.backend] += target.weight;
      old_sums[target.backend] += state->weight;
    }
    for (const Target& target : targets_) {
      const ServerState* state = state_of(target);
      const auto written = memory_.written.find(target.server);
      if (state == nullptr || written == memory_.written.end() || target.drain) continue;
      if (sums[target.backend] == 0 && old_sums[target.backend] > 0) continue;  // would be a 503 for everybody
      const std::uint32_t base = force_ ? state->weight : written->second.weight;
      if (target.weight == base && !(force_ && target.weight != written->second.weight)) continue;
      auto& list = target.weight > state->weight ? raised : lowered;
      list.push_back("set server " + target.backend + "/" + target.server + " weight " + std::to_string(target.weight));
      written->second.weight = target.weight;
    }
    raised.insert(raised.end(), lowered.begin(), lowered.end());
    std::string line;
    for (const std::string& command : raised) line += (line.empty() ? "" : ";") + command;
    if (!line.empty()) lines_.push_back(line);
  }

  void remove_if_gone(const std::string& backend, const std::string& server, const ServerState& state) {
    const bool ours = memory_.written.contains(server);
    const bool wanted = std::ranges::any_of(targets_, [&](const Target& target) { return target.server == server; });
    const bool routed = std::ranges::any_of(targets_, [&](const Target& target) { return target.backend == backend; });
    const bool server_line = server != "BACKEND" && server != "FRONTEND" && backend.rfind("be_", 0) == 0;
    if (wanted || !server_line || (!ours && !force_) || (!routed && !ours)) return;
    const std::string path = backend + "/" + server;
    memory_.written[server] = {state.weight, true};
    if (!state.drain && !state.maintenance) {
      lines_.push_back("set server " + path + " state drain");
    } else if (state.in_flight == 0) {
      lines_.push_back("set server " + path + " state maint;del server " + path);
    }
  }

  const std::vector<Target>& targets_;
  const Running& running_;
  bool force_;
  Memory& memory_;
  std::vector<std::string> lines_;
};

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

SetId set_of_server(const std::string& server) { return SetId(server.substr(0, server.rfind('.'))); }

std::vector<Target> targets_of(const std::vector<ServiceRoute>& routes, const Running& running, const Memory& memory) {
  std::vector<Target> targets;
  for (const ServiceRoute& route : routes) {
    const std::vector<Target> some = targets_of_route(route, running, memory);
    targets.insert(targets.end(), some.begin(), some.end());
  }
  return targets;
}

std::vector<std::string> commands_for(const std::vector<Target>& targets, const Running& running, bool force,
                                      Memory& memory) {
  return Commander(targets, running, force, memory).run();
}

std::vector<std::string> foreign_changes(const Running& running, const Memory& memory) {
  std::vector<std::string> found;
  std::set<std::string> seen;
  for (const auto& [backend, servers] : running.backends) {
    if (backend.rfind("be_", 0) != 0) continue;
    for (const auto& [server, state] : servers) {
      if (server == "BACKEND") continue;
      seen.insert(server);
      const auto written = memory.written.find(server);
      if (written == memory.written.end()) {
        found.push_back("server " + server + " was added by somebody else");
      } else if (state.weight != written->second.weight) {
        found.push_back("weight of " + server + " is " + std::to_string(state.weight) + ", written was " +
                        std::to_string(written->second.weight));
      } else if (!written->second.drain && (state.drain || state.maintenance)) {
        found.push_back(server + " was taken out by somebody else");
      } else if (written->second.drain && !state.drain && !state.maintenance) {
        found.push_back(server + " was put back by somebody else while it drains");
      }
    }
  }
  for (const auto& [server, written] : memory.written) {
    if (!seen.contains(server)) found.push_back("server " + server + " was removed by somebody else");
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
    const bool up = state.running && !state.maintenance && (state.checked || !memory.fresh.contains(name));
    traffic.endpoints.push_back({EndpointId(name), set, up, draining, state.weight, state.in_flight});
  }
  traffic.shares = shares_of(weights);
  return traffic;
}

}  // namespace depops::agent::haproxy
