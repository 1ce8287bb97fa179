#include "hub/rehearsal/chance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace depops::hub::rehearsal {
namespace {

constexpr double kManyExpected = 200;  // from here on the normal law stands for the binomial one

}  // namespace

std::uint64_t Chance::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

double Chance::unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

double Chance::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - unit()));
  return radius * std::cos(2 * std::numbers::pi * unit());
}

std::uint64_t Chance::of(std::uint64_t n, double probability) {
  if (n == 0 || probability <= 0) return 0;
  if (probability >= 1) return n;
  if (probability > 0.5) return n - of(n, 1 - probability);
  const double expected = static_cast<double>(n) * probability;
  if (expected > kManyExpected) {
    const double drawn = std::round(expected + normal() * std::sqrt(expected * (1 - probability)));
    return static_cast<std::uint64_t>(std::clamp(drawn, 0.0, static_cast<double>(n)));
  }
  // Leaps from one that happens to the next, so that rare errors among many requests cost nothing.
  const double scale = std::log1p(-probability);
  std::uint64_t count = 0;
  for (double at = std::floor(std::log(1 - unit()) / scale); at < static_cast<double>(n);
       at += 1 + std::floor(std::log(1 - unit()) / scale)) {
    ++count;
  }
  return count;
}

}  // namespace depops::hub::rehearsal
