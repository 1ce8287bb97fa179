#include "agent/haproxy/choose_weights.h"

#include <catch2/catch.hpp>

#include <cmath>

#include "agent/haproxy/reading.h"

namespace depops::agent::haproxy {
namespace {

double share_of_first(const std::vector<SetWeight>& weights) {
  double sum = 0;
  for (const SetWeight& set : weights) sum += double(set.weight) * set.active;
  return double(weights[0].weight) * weights[0].active / sum;
}

TEST_CASE("every whole percent up to 50 is met within 0.05 points for up to 8 servers a set") {
  for (std::uint32_t stable = 1; stable <= 8; ++stable) {
    for (std::uint32_t canary = 1; canary <= stable; ++canary) {
      for (std::uint32_t percent = 1; percent <= 50; ++percent) {
        CAPTURE(stable, canary, percent);
        const auto weights = choose_weights({{percent, canary}, {100 - percent, stable}});
        REQUIRE(std::abs(share_of_first(weights) * 100 - percent) <= 0.05);
        REQUIRE(weights[0].weight <= 256);
        REQUIRE(weights[1].weight <= 256);
      }
    }
  }
}

TEST_CASE("where weights are too coarse, fewer servers take part") {
  const auto weights = choose_weights({{1, 8}, {99, 1}});
  REQUIRE(weights[0].active < 8);
  REQUIRE(std::abs(share_of_first(weights) - 0.01) <= 0.005);
}

TEST_CASE("0 percent is weight 0, and a set without servers leaves its share to the others") {
  REQUIRE(choose_weights({{0, 2}, {100, 2}})[0].weight == 0);
  REQUIRE(choose_weights({{0, 2}, {100, 2}})[1].weight == 256);
  REQUIRE(choose_weights({{10, 0}, {90, 1}})[1].weight == 256);
}

TEST_CASE("lost attempts are counted once, whatever HAProxy calls them") {
  ServerState reset;
  reset.attempts = 68;
  reset.retried = 68;
  REQUIRE(lost_attempts(reset) == 68);
  ServerState busy;
  busy.attempts = 60;
  busy.answers = 50;
  busy.in_flight = 10;
  REQUIRE(lost_attempts(busy) == 0);
  ServerState cut;
  cut.attempts = cut.answers = cut.cut = 50;
  REQUIRE(lost_attempts(cut) == 50);
}

}  // namespace
}  // namespace depops::agent::haproxy
