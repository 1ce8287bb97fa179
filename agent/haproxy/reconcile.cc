#include "agent/haproxy/reconcile.h"

#include <algorithm>

#include "agent/haproxy/choose_weights.h"
#include "agent/haproxy/render.h"

namespace depops::agent::haproxy {
namespace {

// All servers of a forced backend weigh the same, from their first passed
// check on.
void add_forced_targets(const ServiceRoute& route, const Running& running, const Memory& memory,
                        std::vector<Target>& targets) {
  const std::map<SetId, std::string> backends = forced_backends(route, running);
  for (const RoutedEndpoint& endpoint : route.endpoints) {
    const auto backend = backends.find(endpoint.set);
    if (backend == backends.end() || endpoint.drain) continue;
    Target target{backend->second, endpoint.id.str(), endpoint.host + ":" + std::to_string(endpoint.port), 1, false};
    const ServerState* state = find_server(running, target.backend, target.server);
    const bool checked = state != nullptr && state->checked;
    if (memory.fresh.contains(target.path()) && !checked) target.weight = 0;
    targets.push_back(std::move(target));
  }
}

std::vector<Target> targets_of_route(const ServiceRoute& route, const Running& running, const Memory& memory) {
  const std::string backend = backend_of(route.service);
  std::map<SetId, std::vector<const RoutedEndpoint*>> live, known;
  for (const RoutedEndpoint& endpoint : route.endpoints) {
    const std::string& name = endpoint.id.str();
    const ServerState* state = find_server(running, backend, name);
    if (endpoint.drain) continue;
    const std::string path = backend + "/" + name;
    if (is_live(state, path, memory)) live[endpoint.set].push_back(&endpoint);
    if (state != nullptr && !memory.fresh.contains(path)) known[endpoint.set].push_back(&endpoint);
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
  add_forced_targets(route, running, memory, targets);
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
    const std::string path = target.path();
    const ServerState* state = state_of(target);
    if (state == nullptr) {
      if (memory_.written.contains(path) && !force_) return;  // somebody removed it: told as foreign
      lines_.push_back("add server " + path + " " + target.address + " weight 0 " + check_of(target.backend) +
                       ";enable health " + path + ";enable server " + path);
      memory_.fresh.insert(path);
      memory_.written[path] = {0, false};
      return;
    }
    if (state->checked) memory_.fresh.erase(path);
    const auto found = memory_.written.find(path);
    const bool known = found != memory_.written.end();
    const bool changed = !known || found->second.drain != target.drain;
    if (changed || force_) set_admin_state(path, target, *state);
  }

  void set_admin_state(const std::string& path, const Target& target, const ServerState& state) {
    const bool right = !state.maintenance && state.drain == target.drain;
    if (!right) lines_.push_back("set server " + path + " state " + (target.drain ? "drain" : "ready"));
    const auto [entry, added] = memory_.written.try_emplace(path, Written{state.weight, target.drain});
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
      const auto written = memory_.written.find(target.path());
      if (state == nullptr || written == memory_.written.end() || target.drain) continue;
      if (sums[target.backend] == 0 && old_sums[target.backend] > 0) continue;  // would be a 503 for everybody
      const std::uint32_t base = force_ ? state->weight : written->second.weight;
      if (target.weight == base && !(force_ && target.weight != written->second.weight)) continue;
      auto& list = target.weight > state->weight ? raised : lowered;
      list.push_back("set server " + target.path() + " weight " + std::to_string(target.weight));
      written->second.weight = target.weight;
    }
    raised.insert(raised.end(), lowered.begin(), lowered.end());
    std::string line;
    for (const std::string& command : raised) line += (line.empty() ? "" : ";") + command;
    if (!line.empty()) lines_.push_back(line);
  }

  void remove_if_gone(const std::string& backend, const std::string& server, const ServerState& state) {
    const std::string path = backend + "/" + server;
    const bool ours = memory_.written.contains(path);
    const bool wanted = std::ranges::any_of(targets_, [&](const Target& target) { return target.path() == path; });
    const std::string ordinary = ordinary_of(backend);
    const bool routed = std::ranges::any_of(targets_, [&](const Target& target) { return target.backend == ordinary; });
    if (wanted || !is_ours_to_order(backend, server) || (!ours && !force_) || (!routed && !ours)) return;
    memory_.written[path] = {state.weight, true};
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

}  // namespace

const ServerState* find_server(const Running& running, const std::string& backend, const std::string& server) {
  const auto servers = running.backends.find(backend);
  if (servers == running.backends.end()) return nullptr;
  const auto found = servers->second.find(server);
  return found == servers->second.end() ? nullptr : &found->second;
}

bool is_ours_to_order(const std::string& backend, const std::string& server) {
  return backend.rfind("be_", 0) == 0 && server != "BACKEND" && server != "FRONTEND" && server != kOrdinaryServer;
}

bool is_live(const ServerState* state, const std::string& path, const Memory& memory) {
  return state != nullptr && state->running && !state->maintenance && (state->checked || !memory.fresh.contains(path));
}

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

std::optional<std::vector<ForcedRow>> rows_to_write(const ServiceRoute& route, const Running& running, bool force,
                                                    Memory& memory) {
  const auto now = running.maps.find(route.service);
  if (now == running.maps.end()) return std::nullopt;
  std::vector<ForcedRow> rows = forced_rows(route, running);
  const auto written = memory.rows.find(route.service);
  const bool changed = written == memory.rows.end() || written->second != rows;
  if (std::ranges::equal(rows, now->second, {}, &ForcedRow::row)) {
    if (changed) memory.rows[route.service] = std::move(rows);
    return std::nullopt;
  }
  if (!changed && !force) return std::nullopt;
  return rows;
}

}  // namespace depops::agent::haproxy
