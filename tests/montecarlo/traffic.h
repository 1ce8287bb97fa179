#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "shared/analysis/counters.h"
#include "shared/analysis/latency.h"

// Drawn counts of two versions, window by window.
namespace depops::test {

inline constexpr std::uint64_t kSeed = 20'261'125;

// Shares of the requests the canary gets, in three stages of equal length, and how much every error rate is multiplied
// in the last of them, for both versions alike: an incident.
struct Ramp {
  double first = 0.1;
  double second = 0.1;
  double third = 0.1;
  double incident = 1;
};

struct Traffic {
  double error_rate = 0.01;  // of the stable version
  double ratio = 1;          // canary / stable
  int onset = 0;             // the ratio holds from this window on, 1 before
  std::uint64_t requests = 3'000;
  Ramp ramp;
  int windows = 120;
  double variation = 0;  // of the error rate, per version and window, beyond chance: coefficient of variation
};

class Drawn {
 public:
  Drawn(const Traffic& traffic, std::uint64_t run) : traffic_(traffic), generator_(kSeed * 1'000'003 + run) {}

  analysis::Window next();
  // Two parts of the stable version, drawn as if the first of them were the canary.
  analysis::Window next_stable_parts();

 private:
  analysis::Window draw(double ratio, int window);
  std::uint64_t errors(std::uint64_t requests, double rate);

  Traffic traffic_;
  std::mt19937_64 generator_;
  int window_ = 0;
};

// Answers that take a log-normal time, half of them under 100 ms.
struct Latencies {
  double factor = 1;  // every answer of the canary takes so many times as long
  double tail = 0;    // share of its answers that take two seconds more
  std::uint64_t canary = 100;
  std::uint64_t stable = 900;
};

class DrawnLatencies {
 public:
  DrawnLatencies(const Latencies& latencies, std::uint64_t run)
      : latencies_(latencies), generator_(kSeed * 1'000'003 + run) {}
  analysis::HistogramWindow next();

 private:
  analysis::HistogramArm arm(std::uint64_t requests, double factor, double tail);

  Latencies latencies_;
  std::mt19937_64 generator_;
};

}  // namespace depops::test
