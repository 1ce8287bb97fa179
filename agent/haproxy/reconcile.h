#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/haproxy/forced.h"
#include "agent/haproxy/reading.h"
#include "agent/ports/router.h"

// From what is ordered and what runs: which commands. No input or output here.
namespace depops::agent::haproxy {

struct Written {
  std::uint32_t weight = 0;
  bool drain = false;
};

// What we know about one life of a HAProxy worker.
struct Memory {
  std::map<std::string, Written> written;  // by "backend/server"
  std::set<std::string> fresh;             // added by us and never seen passing a check
  std::map<ServiceName, std::vector<ForcedRow>> rows;
};

struct Target {
  std::string backend;
  std::string server;
  std::string address;  // host:port
  std::uint32_t weight = 0;
  bool drain = false;
  std::string path() const { return backend + "/" + server; }
};

// What every ordered endpoint should have, by the servers that can take
// requests now; and again in the forced backend of its set, if there is one.
std::vector<Target> targets_of(const std::vector<ServiceRoute>& routes, const Running& running, const Memory& memory);

// The rows that the map of the service must get now; who wrote them puts them
// into `memory`. Without `force` a map that somebody else changed is left alone
// until our own rows change.
std::optional<std::vector<ForcedRow>> rows_to_write(const ServiceRoute& route, const Running& running, bool force,
                                                    Memory& memory);

// Command lines to send one after another. Without `force` a server that
// somebody else changed is left alone until our own target for it changes.
// `memory` is brought up to date. Empty: nothing to do.
std::vector<std::string> commands_for(const std::vector<Target>& targets, const Running& running, bool force,
                                      Memory& memory);

const ServerState* find_server(const Running& running, const std::string& backend, const std::string& server);
bool is_ours_to_order(const std::string& backend, const std::string& server);
bool is_live(const ServerState* state, const std::string& path, const Memory& memory);

}  // namespace depops::agent::haproxy
