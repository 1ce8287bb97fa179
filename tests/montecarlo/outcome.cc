#include "tests/montecarlo/outcome.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "shared/analysis/classify.h"
#include "shared/analysis/dispersion.h"
#include "shared/analysis/proof.h"

namespace depops::test {
namespace {

constexpr double kLimit = 20;  // 1 / alpha

// The chance of at most `alarms` of `runs` when the rate is `rate`.
double chance_of_at_most(int alarms, int runs, double rate) {
  double sum = 0;
  for (int k = 0; k <= alarms; ++k) {
    const double ways = std::lgamma(runs + 1) - std::lgamma(k + 1) - std::lgamma(runs - k + 1);
    sum += std::exp(ways + k * std::log(rate) + (runs - k) * std::log1p(-rate));
  }
  return sum;
}

double share_of(const analysis::Arm& arm) {
  return static_cast<double>(arm.errors) / static_cast<double>(arm.requests);
}

void add(analysis::Arm& sum, const analysis::Arm& arm) {
  sum.requests += arm.requests;
  sum.errors += arm.errors;
}

bool z_test_alarms(const analysis::Window& sum) {
  const auto canary = static_cast<double>(sum.canary.requests);
  const auto stable = static_cast<double>(sum.stable.requests);
  const double pooled = static_cast<double>(sum.canary.errors + sum.stable.errors) / (canary + stable);
  const double deviation = std::sqrt(pooled * (1 - pooled) * (1 / canary + 1 / stable));
  return deviation > 0 && (share_of(sum.canary) - share_of(sum.stable)) / deviation > 1.6449;
}

}  // namespace

int Outcome::alarms() const {
  return static_cast<int>(std::count_if(stopped.begin(), stopped.end(), [](int window) { return window > 0; }));
}

double Outcome::upper_99() const {
  double low = rate();
  double high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (chance_of_at_most(alarms(), runs(), middle) > 0.01 ? low : high) = middle;
  }
  return high;
}

std::optional<int> Outcome::median(int after) const {
  std::vector<int> looks;
  for (const int window : stopped) {
    if (window == 0 || window > after) looks.push_back(window == 0 ? 1'000'000 : window - after);
  }
  if (looks.empty()) return std::nullopt;
  const auto middle = looks.begin() + static_cast<std::ptrdiff_t>(looks.size() / 2);
  std::nth_element(looks.begin(), middle, looks.end());
  return *middle == 1'000'000 ? std::nullopt : std::optional<int>(*middle);
}

double Outcome::stopped_within(int windows) const {
  const auto early = std::count_if(stopped.begin(), stopped.end(), [&](int at) { return at > 0 && at <= windows; });
  return static_cast<double>(early) / runs();
}

Outcome watch(const Traffic& traffic, int runs, const std::function<Watcher(Drawn&)>& begin) {
  Outcome outcome;
  for (int run = 0; run < runs; ++run) {
    Drawn drawn(traffic, static_cast<std::uint64_t>(run));
    const Watcher stops = begin(drawn);
    int stopped = 0;
    for (int window = 1; window <= traffic.windows && stopped == 0; ++window) {
      if (stops(drawn.next())) stopped = window;
    }
    outcome.stopped.push_back(stopped);
  }
  return outcome;
}

std::function<Watcher(Drawn&)> errors_test(const analysis::SequentialSettings& settings) {
  return [settings](Drawn&) -> Watcher {
    return [settings, state = analysis::SequentialState{}](const analysis::Window& window) mutable {
      state = observe(std::move(state), window, settings);
      return state.evidence >= kLimit;
    };
  };
}

std::function<Watcher(Drawn&)> measured_test(int before) {
  return [before](Drawn& drawn) -> Watcher {
    analysis::DispersionState measured;
    for (int i = 0; i < before; ++i) measured = observe(measured, drawn.next_stable_parts());
    return [&drawn, before, measured, state = analysis::SequentialState{}](const analysis::Window& window) mutable {
      if (before == 0) measured = observe(measured, drawn.next_stable_parts());
      analysis::SequentialSettings settings;
      settings.dispersion = before == 0 ? dispersion_at_most(measured) : dispersion_of(measured);
      state = observe(std::move(state), window, settings);
      return state.evidence >= kLimit;
    };
  };
}

std::function<Watcher(Drawn&)> proof_test(double margin) {
  return [margin](Drawn&) -> Watcher {
    return [margin, state = analysis::ProofState{}](const analysis::Window& window) mutable {
      state = observe(state, window, margin, 1);
      return state.evidence >= kLimit;
    };
  };
}

std::function<Watcher(Drawn&)> repeated_z_test() {
  return [](Drawn&) -> Watcher {
    return [sum = analysis::Window{}](const analysis::Window& window) mutable {
      add(sum.canary, window.canary);
      add(sum.stable, window.stable);
      return z_test_alarms(sum);
    };
  };
}

std::function<Watcher(Drawn&)> repeated_mann_whitney() {
  return [](Drawn&) -> Watcher {
    return [canary = analysis::Samples{}, stable = analysis::Samples{}](const analysis::Window& window) mutable {
      canary.push_back(share_of(window.canary));
      stable.push_back(share_of(window.stable));
      if (canary.size() % 5 != 0) return false;
      analysis::ClassifierSettings settings;
      settings.direction = analysis::Direction::increase;
      return classify(canary, stable, settings).result == analysis::Class::high;
    };
  };
}

Outcome watch_latency(const Latencies& latencies, int windows, int runs) {
  Outcome outcome;
  for (int run = 0; run < runs; ++run) {
    DrawnLatencies drawn(latencies, static_cast<std::uint64_t>(run));
    analysis::LatencyState state;
    int stopped = 0;
    for (int window = 1; window <= windows && stopped == 0; ++window) {
      state = observe(std::move(state), drawn.next(), {}).value();
      if (state.evidence >= kLimit) stopped = window;
    }
    outcome.stopped.push_back(stopped);
  }
  return outcome;
}

}  // namespace depops::test
