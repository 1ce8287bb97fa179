#pragma once

#include <cstdint>

namespace depops::hub::rehearsal {

// What happens by chance in a rehearsal: the seed alone decides it (splitmix64), on every machine alike.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 0x1234567ULL) {}

  double unit();    // [0, 1)
  double normal();  // mean 0, deviation 1

  // How many of n happen when each does with this probability.
  std::uint64_t of(std::uint64_t n, double probability);

 private:
  std::uint64_t next();

  std::uint64_t state_;
};

}  // namespace depops::hub::rehearsal
