#pragma once

#include <string>
#include <vector>

#include "agent/haproxy/reconcile.h"

// What runs, in the words of the port. No input or output here.
namespace depops::agent::haproxy {

// "weight of checkout-1.2 is 50, written was 10", one for each.
std::vector<std::string> foreign_changes(const Running& running, const Memory& memory);

// All but its counters.
ServiceTraffic traffic_of(const ServiceRoute& route, const Running& running, const Memory& memory);

}  // namespace depops::agent::haproxy
