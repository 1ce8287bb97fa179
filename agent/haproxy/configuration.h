#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/haproxy/reconcile.h"
#include "agent/haproxy/render.h"

namespace depops::agent::haproxy {

using Rows = std::map<ServiceName, std::vector<ForcedRow>>;

// The files with which a HAProxy that is started again comes back to what is
// ordered: the configuration, and one map for the forced routes of each
// service.
class Configuration {
 public:
  explicit Configuration(const HaproxySettings& settings) : settings_(settings) {}

  // Writes what differs from what was written last. In between no map names a
  // backend that the configuration gives to another set.
  Result<void> write(const std::vector<ServiceRoute>& routes, const std::vector<Target>& targets, const Rows& rows);

  // What of these orders can only be changed by a reload.
  std::string structure(const std::vector<ServiceRoute>& routes) const;

 private:
  std::vector<RenderedService> services(const std::vector<ServiceRoute>& routes,
                                        const std::vector<Target>& targets) const;
  Result<void> write_map(const ServiceName& service, const std::vector<ForcedRow>& rows);

  const HaproxySettings& settings_;
  std::string text_;
  Rows rows_;  // as the files have them; not named: nobody knows
};

Rows rows_of(const std::vector<ServiceRoute>& routes, const Running& running);

// As if every ordered endpoint was up: the best that can be written while
// HAProxy can not be asked.
Running assumed_running(const std::vector<ServiceRoute>& routes);

}  // namespace depops::agent::haproxy
