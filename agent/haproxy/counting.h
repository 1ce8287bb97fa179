#pragma once

#include <map>
#include <string>

#include "agent/haproxy/reading.h"
#include "agent/ports/router.h"

namespace depops::agent::haproxy {

// From HAProxy's counters to the port's. A reading may catch HAProxy between
// two of its counters, so a loss counts when two readings agree on it, and
// nothing that was told is ever taken back.
class Counting {
 public:
  void begin_life() { counted_.clear(); }  // another worker counts from zero

  // What the ordinary backend of the service answered, and apart from it what
  // its forced ones did.
  void add_counters(ServiceTraffic& traffic, const Running& running);

 private:
  struct Counted {
    std::uint64_t last_lost = 0;
    std::uint64_t told = 0;
  };

  analysis::CounterRow row(const Running& running, const std::string& source, const std::string& server,
                           const ServerState& state);

  std::map<std::string, Counted> counted_;
};

}  // namespace depops::agent::haproxy
