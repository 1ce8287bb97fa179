#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/names.h"
#include "shared/base/result.h"

namespace depops::agent::haproxy {

// One server line of the running HAProxy.
struct ServerState {
  std::uint32_t weight = 0;
  bool running = false;  // by its checks, or not checked yet
  bool checked = false;  // the last check passed
  bool drain = false;
  bool maintenance = false;
  std::uint32_t in_flight = 0;  // under way and queued
  // Cumulative since the worker began.
  std::uint64_t attempts = 0;
  std::uint64_t answers = 0;
  std::uint64_t errors_5xx = 0;
  std::uint64_t retried = 0;  // the largest of retries, redispatches, connection
                              // errors: each is at least one lost attempt
  std::uint64_t cut = 0;      // answers or attempts that the server broke off
};

// One line of the map that forces requests: those whose headers match the
// pattern go to the backend.
struct MapRow {
  std::string pattern;
  std::string backend;
  bool operator==(const MapRow&) const = default;
};

struct Running {
  int pid = 0;  // of the worker: a new one counts from zero
  std::string description;
  std::map<std::string, std::map<std::string, ServerState>> backends;
  std::map<ServiceName, std::vector<MapRow>> maps;  // none: that configuration forces nothing
};

// The commands whose joined answers parse_running() reads.
extern const char* const kReadCommands;

Result<Running> parse_running(const std::string& answer);

// The answer to `show map`; nothing if HAProxy knows no such map.
std::optional<std::vector<MapRow>> parse_map(const std::string& answer);

// Attempts that ended without a whole answer, each counted once. Every try at a
// server is an attempt, whatever became of it; what is neither answered nor
// under way is lost. HAProxy's own words overlap (a reset counts as response
// error, as retry and as redispatch), so they are floors and never added up. A
// broken-off answer adds one.
std::uint64_t lost_attempts(const ServerState& server);

}  // namespace depops::agent::haproxy
