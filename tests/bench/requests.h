#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/centre.h"

namespace depops::bench {

// Single-site deployments in turn: each names one service in an environment of one site, and the other version than the
// time before, so that there is always something to do.
struct Rotation {
  std::uint64_t environments = 1;
  std::uint64_t services = 1;

  std::uint64_t round() const { return environments * services; }
  std::string body(std::uint64_t number) const;  // of POST /api/v1/deployments
};

// Environments, pipelines and two versions of every service.
void register_services(Api& api, const Rotation& rotation);

struct Sent {
  std::chrono::steady_clock::time_point due;  // when it had to be sent; sent then unless all senders were busy
  double answered_ms = 0;                     // until the hub had answered
  double late_ms = 0;
  std::string deployment;  // empty: refused
  std::string refusal;
};

// Sends the requests first, first + 1, ... at a steady pace, whatever the answers take. In the order of their numbers.
std::vector<Sent> send_at(const Centre& centre, const Rotation& rotation, std::uint64_t first, std::uint64_t count,
                          std::uint64_t per_second);

}  // namespace depops::bench
