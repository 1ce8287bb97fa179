#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/haproxy/reading.h"
#include "agent/ports/router.h"

// From what is ordered and what runs: which commands, and what was changed by
// somebody else. No input or output here.
namespace depops::agent::haproxy {

struct Written {
  std::uint32_t weight = 0;
  bool drain = false;
};

// What we know about one life of a HAProxy worker.
struct Memory {
  std::map<std::string, Written> written;  // by server
  std::set<std::string> fresh;             // added by us and never seen passing a check
};

struct Target {
  std::string backend;
  std::string server;
  std::string address;  // host:port
  std::uint32_t weight = 0;
  bool drain = false;
};

// What every ordered endpoint should have, by the servers that can take
// requests now.
std::vector<Target> targets_of(const std::vector<ServiceRoute>& routes, const Running& running, const Memory& memory);

// Command lines to send one after another. Without `force` a server that
// somebody else changed is left alone until our own target for it changes.
// `memory` is brought up to date. Empty: nothing to do.
std::vector<std::string> commands_for(const std::vector<Target>& targets, const Running& running, bool force,
                                      Memory& memory);

// "weight of checkout-1.2 is 50, written was 10", one for each.
std::vector<std::string> foreign_changes(const Running& running, const Memory& memory);

ServiceTraffic traffic_of(const ServiceRoute& route, const Running& running, const Memory& memory);

SetId set_of_server(const std::string& server);  // up to its last dot

}  // namespace depops::agent::haproxy
