#include "shared/analysis/proof.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace depops::analysis {
namespace {

Window window(std::uint64_t canary_errors, std::uint64_t stable_errors) {
  return {{}, {}, {300, canary_errors}, {2'700, stable_errors}};
}

int windows_to_proof(std::uint64_t canary_errors, double margin) {
  ProofState state;
  int windows = 0;
  for (; state.evidence < 20 && windows < 1'000; ++windows)
    state = observe(state, window(canary_errors, 27), margin, 1);
  return windows;
}

}  // namespace

TEST_CASE("an equal canary is proven within the margin in the windows that the planning table names") {
  CHECK(windows_to_proof(3, 3) <= 3);
  CHECK(windows_to_proof(3, 2) == Approx(4).margin(1));
  CHECK(windows_to_proof(3, 1.5) == Approx(12).margin(2));
}

TEST_CASE("a canary at the margin or beyond is never proven") {
  CHECK(windows_to_proof(6, 2) == 1'000);
  CHECK(windows_to_proof(9, 2) == 1'000);
}

TEST_CASE("at the margin the mean of the proof over everything chance can do is 1") {
  const double share = canary_share(2, 0.1);
  double mean = 0;
  double chance = std::pow(1 - share, 8);
  for (std::uint64_t x = 0; x <= 8; ++x) {
    mean += chance * observe({}, window(x, 8 - x), 2, 1).evidence;
    chance *= share / (1 - share) * static_cast<double>(8 - x) / static_cast<double>(x + 1);
  }
  CHECK(mean == Approx(1).epsilon(1e-9));
}

}  // namespace depops::analysis
