#pragma once

#include <cstdint>

namespace depops::simulation {

// The one generator of a schedule (splitmix64): the seed alone decides all that happens.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 0x1234567ULL) {}

  // From here on the draws hang on these three alone, and on nothing that was drawn before.
  void begin(std::uint64_t seed, std::uint64_t turn, std::uint64_t part) {
    state_ = seed * 0x9E3779B97F4A7C15ULL ^ (turn * 8 + part) * 0xD1B54A32D192ED03ULL;
    state_ = next();
  }

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::uint32_t below(std::uint32_t n) { return n == 0 ? 0 : static_cast<std::uint32_t>(next() % n); }
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }
  bool chance(std::uint32_t permille) { return below(1000) < permille; }

 private:
  std::uint64_t state_;
};

}  // namespace depops::simulation
