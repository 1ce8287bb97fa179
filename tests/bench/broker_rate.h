#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/centre.h"

namespace depops::bench {

// What the broker alone does with this load: messages of one size at QoS 1 from plain clients with these sites' names
// to one plain client with the hub's rights, which is a process of its own as the hub is. Messages per second that
// arrived.
double broker_rate(const Centre& centre, const std::vector<std::string>& sites, std::size_t bytes, std::uint64_t count);

// The other process of it: what `program receive URL CA CERTIFICATE KEY COUNT` does. Nothing: these are not its words.
int receive(const std::vector<std::string>& words);

struct OneWay {
  double p50_ms = 0;
  double p99_ms = 0;
};

// From a plain client with the hub's rights to one with the site's name, one message after the other.
OneWay one_way(const Centre& centre, const std::string& site, std::size_t bytes, std::uint64_t count);

}  // namespace depops::bench
