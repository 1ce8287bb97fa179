#pragma once

#include <cstdint>
#include <vector>

#include "shared/base/result.h"

namespace depops::agent::process {

struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

// Refused when it is empty, holds ports below 1024, or overlaps what the kernel gives to outgoing connections: such a
// port may be taken at any moment.
Result<void> check_port_range(PortRange range);

// Up to `count` ports on which nobody listens and which can be bound, beginning after `last_given`, so that a port
// rests as long as possible between two users.
std::vector<std::uint16_t> free_ports(PortRange range, std::uint16_t last_given, std::size_t count);

}  // namespace depops::agent::process
