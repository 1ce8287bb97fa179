#include "hub/rehearsal/chance.h"

#include <catch2/catch.hpp>
#include <cmath>

using depops::hub::rehearsal::Chance;

TEST_CASE("the seed alone decides what falls") {
  Chance one(7);
  Chance same(7);
  Chance other(8);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const auto fell = one.of(1'000, 0.01);
    CHECK(fell == same.of(1'000, 0.01));
    differs = differs || fell != other.of(1'000, 0.01);
  }
  CHECK(differs);
}

TEST_CASE("as many happen as the probability says, rare ones and frequent ones, few draws and many") {
  struct Case {
    std::uint64_t n;
    double probability;
  };
  for (const Case& one : {Case{20, 0.002}, Case{20, 0.3}, Case{20, 0.9}, Case{20'000, 0.002}, Case{20'000, 0.4}}) {
    Chance chance(1);
    const int rounds = 20'000;
    double sum = 0;
    for (int i = 0; i < rounds; ++i) {
      const auto fell = chance.of(one.n, one.probability);
      REQUIRE(fell <= one.n);
      sum += static_cast<double>(fell);
    }
    const double expected = static_cast<double>(one.n) * one.probability;
    const double deviation = std::sqrt(expected * (1 - one.probability) / rounds);
    INFO(one.n << " at " << one.probability);
    CHECK(std::abs(sum / rounds - expected) < 5 * deviation);
  }
  Chance chance(1);
  CHECK(chance.of(10, 0) == 0);
  CHECK(chance.of(10, 1) == 10);
  CHECK(chance.of(0, 0.5) == 0);
}
