#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"

// Before a rollout: can the traffic that is expected decide at all? How many errors the canary must be expected to
// have, were it as good as the stable version, until the errors test finds a given ratio in half of all rollouts. The
// law is free of scale: only that number counts, not how rare errors are (measured at a tenth of the requests, carried
// over to other weights by the information one error gives).
namespace depops::analysis {

struct Expectation {
  double error_rate = 0.001;  // of the stable version, (0, 1)
  double ratio = 2;           // canary / stable that should be found, [1.1, 50]
  double requests = 1;        // per second, of both versions, above 0
  double weight = 10;         // percent, (0, 100)
};

// Expected errors of the canary at the stable version's rate until half of all canaries of this ratio are found.
double errors_to_find(double ratio, double weight);
// The same until a canary that is as good as stable is proven to be below `margin`.
double errors_to_prove(double margin, double weight);

// 100 years stand for longer.
Millis time_for(double errors, const Expectation& expected);

struct Suggestion {
  double weight = 0;
  Millis duration{0};
};

struct Forecast {
  double errors = 0;    // of the canary at the stable version's rate
  double requests = 0;  // to the canary
  Millis duration{0};
  Millis proof{0};  // until an equal canary is proven to be below the same ratio
  bool decides = false;
  double smallest_ratio = 0;  // that is found in the time there is; 0: none up to 50
  // If it can not decide: the smallest usual weight with which it could, else half of the requests.
  std::optional<Suggestion> larger_weight;
  std::string sentence;  // "at 40 requests/min and a 0.2 % base a doubling needs about 23 h at 10 %"
};

// `available`: how long the step may take.
Forecast forecast_of(const Expectation& expected, Millis available);

// "23 h", "45 min", "90 s", "12 days"
std::string duration_text(Millis duration);

}  // namespace depops::analysis
