#include "tests/montecarlo/traffic.h"

#include <algorithm>
#include <cmath>

namespace depops::test {
namespace {

const std::vector<double> kBounds = {0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1, 2.5, 5};

double share_in(const Ramp& ramp, int window, int windows) {
  if (3 * window < windows) return ramp.first;
  return 3 * window < 2 * windows ? ramp.second : ramp.third;
}

}  // namespace

std::uint64_t Drawn::errors(std::uint64_t requests, double rate) {
  if (traffic_.variation > 0) {
    const double shape = 1 / (traffic_.variation * traffic_.variation);
    rate *= std::gamma_distribution<double>(shape, 1 / shape)(generator_);
  }
  return std::binomial_distribution<std::uint64_t>(requests, std::min(rate, 1.0))(generator_);
}

analysis::Window Drawn::draw(double ratio, int window) {
  const bool last_stage = 3 * window >= 2 * traffic_.windows;
  const double rate = traffic_.error_rate * (last_stage ? traffic_.ramp.incident : 1);
  const double share = share_in(traffic_.ramp, window, traffic_.windows);
  const auto canary = static_cast<std::uint64_t>(std::lround(share * static_cast<double>(traffic_.requests)));
  analysis::Window drawn;
  drawn.from = Instant(Millis(30'000) * window);
  drawn.to = drawn.from + Millis(30'000);
  drawn.canary = {canary, errors(canary, rate * ratio)};
  drawn.stable = {traffic_.requests - canary, errors(traffic_.requests - canary, rate)};
  return drawn;
}

analysis::Window Drawn::next() {
  const double ratio = window_ >= traffic_.onset ? traffic_.ratio : 1;
  return draw(ratio, window_++);
}

analysis::Window Drawn::next_stable_parts() { return draw(1, 0); }

analysis::HistogramArm DrawnLatencies::arm(std::uint64_t requests, double factor, double tail) {
  std::lognormal_distribution<double> seconds(std::log(0.1), 0.8);
  std::bernoulli_distribution slow(tail);
  analysis::HistogramArm arm{requests, std::vector<std::uint64_t>(kBounds.size())};
  for (std::uint64_t i = 0; i < requests; ++i) {
    double took = factor * seconds(generator_);
    if (tail > 0 && slow(generator_)) took += 2;
    for (std::size_t bound = 0; bound < kBounds.size() && took > kBounds[bound]; ++bound) ++arm.slower[bound];
  }
  return arm;
}

analysis::HistogramWindow DrawnLatencies::next() {
  analysis::HistogramWindow window;
  window.bounds = kBounds;
  window.canary = arm(latencies_.canary, latencies_.factor, latencies_.tail);
  window.stable = arm(latencies_.stable, 1, 0);
  return window;
}

}  // namespace depops::test
