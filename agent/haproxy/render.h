#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/haproxy/haproxy_router.h"

namespace depops::agent::haproxy {

struct RenderedServer {
  EndpointId id;
  std::string host;
  std::uint16_t port = 0;
  std::uint32_t weight = 0;
};

struct RenderedService {
  ServiceName service;
  HaproxyBind bind;
  std::vector<RenderedServer> servers;
  std::map<std::string, std::vector<RenderedServer>> forced;  // by forced backend
};

// What can only be changed by a reload: everything but servers and weights.
// Stands in the configuration as its description and is read back through the
// admin socket, so that it is known which configuration is running.
std::string structure_of(const HaproxySettings& settings, const std::vector<RenderedService>& services);

std::string render(const HaproxySettings& settings, const std::vector<RenderedService>& services);

// Nothing in it that could end a line or a word of the configuration.
Result<void> check_bind(const ServiceName& service, const HaproxyBind& bind);

std::string backend_of(const ServiceName& service);

// The file from which a starting HAProxy takes the forced routes of a service;
// also the name of the map at the admin socket.
std::string map_path(const HaproxySettings& settings, const ServiceName& service);

// How servers of a backend are checked: the options of its server lines.
std::string check_of(const std::string& backend);

}  // namespace depops::agent::haproxy
