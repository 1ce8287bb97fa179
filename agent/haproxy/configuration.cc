#include "agent/haproxy/configuration.h"

#include <algorithm>

#include "agent/haproxy/admin_socket.h"
#include "shared/crash_point/crash_point.h"

namespace depops::agent::haproxy {
namespace {

std::vector<ForcedRow> kept(const std::vector<ForcedRow>& before, std::vector<ForcedRow> after) {
  std::erase_if(after, [&](const ForcedRow& row) { return std::ranges::find(before, row) == before.end(); });
  return after;
}

void add_servers(RenderedService& rendered, const ServiceRoute& route, const std::vector<Target>& targets) {
  for (const RoutedEndpoint& endpoint : route.endpoints) {
    if (endpoint.drain) continue;
    RenderedServer server{endpoint.id, endpoint.host, endpoint.port, 0};
    for (const Target& target : targets) {
      if (target.server != endpoint.id.str() || !is_forced(target.backend)) continue;
      server.weight = 1;  // whoever starts with it has no older state that would be better
      rendered.forced[target.backend].push_back(server);
    }
    const std::string ordinary = backend_of(route.service) + "/" + endpoint.id.str();
    const auto target = std::ranges::find_if(targets, [&](const Target& t) { return t.path() == ordinary; });
    server.weight = target == targets.end() ? 0 : target->weight;
    rendered.servers.push_back(server);
  }
}

}  // namespace

Result<void> Configuration::write(const std::vector<ServiceRoute>& routes, const std::vector<Target>& targets,
                                  const Rows& rows) {
  const std::string text = render(settings_, services(routes, targets));
  if (text != text_) {
    for (const auto& [service, now] : rows) {
      const auto before = rows_.find(service);
      DEPOPS_TRY_VOID(write_map(service, before == rows_.end() ? std::vector<ForcedRow>{} : kept(before->second, now)));
    }
    crash_point("haproxy.configuration.before");
    DEPOPS_TRY_VOID(replace_file(settings_.config_path, text));
    crash_point("haproxy.configuration.after");
    text_ = text;
  }
  for (const auto& [service, now] : rows) DEPOPS_TRY_VOID(write_map(service, now));
  return {};
}

Result<void> Configuration::write_map(const ServiceName& service, const std::vector<ForcedRow>& rows) {
  const auto written = rows_.find(service);
  if (written != rows_.end() && written->second == rows) return {};
  crash_point("haproxy.routes.before");
  DEPOPS_TRY_VOID(replace_file(map_path(settings_, service), map_text(rows)));
  crash_point("haproxy.routes.after");
  rows_[service] = rows;
  return {};
}

std::string Configuration::structure(const std::vector<ServiceRoute>& routes) const {
  return structure_of(settings_, services(routes, {}));
}

std::vector<RenderedService> Configuration::services(const std::vector<ServiceRoute>& routes,
                                                     const std::vector<Target>& targets) const {
  std::vector<RenderedService> found;
  for (const auto& [service, bind] : settings_.binds) {
    RenderedService rendered{service, bind, {}, {}};
    for (const ServiceRoute& route : routes) {
      if (route.service != service) continue;
      const HaproxyBind ordered{bind.address, route.health_path.value_or(bind.health_path)};
      if (check_bind(service, ordered).ok()) rendered.bind = ordered;
      add_servers(rendered, route, targets);
    }
    found.push_back(std::move(rendered));
  }
  return found;
}

Rows rows_of(const std::vector<ServiceRoute>& routes, const Running& running) {
  Rows rows;
  for (const ServiceRoute& route : routes) rows[route.service] = forced_rows(route, running);
  return rows;
}

Running assumed_running(const std::vector<ServiceRoute>& routes) {
  Running running;
  for (const ServiceRoute& route : routes) {
    for (std::size_t i = 0; i < kMaxForcedSets; ++i) running.backends[forced_backend(route.service, i)] = {};
    for (const RoutedEndpoint& endpoint : route.endpoints) {
      ServerState& server = running.backends[backend_of(route.service)][endpoint.id.str()];
      server.running = server.checked = true;
    }
  }
  return running;
}

}  // namespace depops::agent::haproxy
