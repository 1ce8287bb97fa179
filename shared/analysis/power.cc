#include "shared/analysis/power.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "shared/analysis/likelihood.h"
#include "shared/analysis/sentence.h"

namespace depops::analysis {
namespace {

constexpr double kMeasuredWeight = 10;
constexpr Millis kForever{std::int64_t{100} * 365 * 24 * 3'600 * 1'000};

struct Known {
  double ratio = 0;
  double errors = 0;
};

// Medians of the Monte Carlo (rollouts.md 4.5; tests/montecarlo holds the law to them).
constexpr Known kFound[] = {{1.25, 145}, {1.5, 40}, {2, 11}, {3, 3.5}, {5, 1.2}, {10, 0.5}, {20, 0.22}};
constexpr Known kProven[] = {{1.5, 33}, {2, 11}, {3, 4}, {5, 2}};

// Straight lines between the known points of ln(ratio - 1) and ln(errors), and on beyond them.
template <std::size_t N>
double between(const Known (&known)[N], double ratio) {
  for (const Known& one : known) {
    if (one.ratio == ratio) return one.errors;
  }
  const double x = std::log(ratio - 1);
  std::size_t upper = 1;
  while (upper + 1 < N && known[upper].ratio < ratio) ++upper;
  const double x0 = std::log(known[upper - 1].ratio - 1);
  const double x1 = std::log(known[upper].ratio - 1);
  const double y0 = std::log(known[upper - 1].errors);
  const double y1 = std::log(known[upper].errors);
  return std::exp(y0 + (x - x0) * (y1 - y0) / (x1 - x0));
}

// What one expected error of the canary (at the stable rate) tells, in mean log likelihood of the ratio against 1:
// `truth` is the ratio that holds.
double information(double ratio, double truth, double against, double weight) {
  const double theta = weight / 100;
  const double share = canary_share(ratio, theta);
  const double base = canary_share(against, theta);
  return truth * std::log(share / base) + (1 - theta) / theta * std::log((1 - share) / (1 - base));
}

std::string ratio_words(double ratio) {
  if (ratio == 2) return "a doubling";
  return ratio == 3 ? "a tripling" : short_number(ratio) + " times the errors";
}

std::string traffic_words(double per_second) {
  return per_second < 1 ? short_number(60 * per_second) + " requests/min" : short_number(per_second) + " requests/s";
}

// The ratio that would be found in the time there is, by halving.
double smallest_ratio(const Expectation& expected, Millis available) {
  const auto found = [&](double ratio) {
    return time_for(errors_to_find(ratio, expected.weight), expected) <= available;
  };
  double low = 1.05;
  double high = 50;
  if (!found(high)) return 0;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (found(middle) ? high : low) = middle;
  }
  return high;
}

// The smallest usual weight that is enough in the time there is, else the largest.
std::optional<Suggestion> larger_weight(Expectation expected, Millis available) {
  std::optional<Suggestion> found;
  for (const double weight : {1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0}) {
    if (weight <= expected.weight) continue;
    expected.weight = weight;
    found = Suggestion{weight, time_for(errors_to_find(expected.ratio, weight), expected)};
    if (found->duration <= available) break;
  }
  return found;
}

std::string sentence_of(const Expectation& expected, const Forecast& forecast, Millis available) {
  std::string text = "at " + traffic_words(expected.requests) + " and a " + short_number(100 * expected.error_rate) +
                     " % base " + ratio_words(expected.ratio) + " needs about " + duration_text(forecast.duration) +
                     " at " + short_number(expected.weight) + " %";
  if (forecast.decides) return text;
  text += "; " + duration_text(available) + " can not decide: take " + duration_text(forecast.duration);
  const auto& other = forecast.larger_weight;
  if (other) text += ", or " + short_number(other->weight) + " % for " + duration_text(other->duration);
  if (other && other->duration <= available) return text;
  const bool none = forecast.smallest_ratio == 0;
  const std::string least = none ? "not even 50" : short_number(forecast.smallest_ratio);
  return text + "; in " + duration_text(available) + " it finds " + least + " times the errors";
}

}  // namespace

double errors_to_find(double ratio, double weight) {
  const double measured = information(ratio, ratio, 1, kMeasuredWeight);
  return between(kFound, ratio) * measured / information(ratio, ratio, 1, weight);
}

double errors_to_prove(double margin, double weight) {
  const double measured = information(1, 1, margin, kMeasuredWeight);
  return between(kProven, margin) * measured / information(1, 1, margin, weight);
}

Millis time_for(double errors, const Expectation& expected) {
  const double seconds = errors / (expected.error_rate * expected.requests * expected.weight / 100);
  const double most = static_cast<double>(kForever.count()) / 1'000;
  return seconds >= most ? kForever : Millis(static_cast<std::int64_t>(std::ceil(1'000 * seconds - 1e-6)));
}

Forecast forecast_of(const Expectation& expected, Millis available) {
  Forecast forecast;
  forecast.errors = errors_to_find(expected.ratio, expected.weight);
  forecast.requests = forecast.errors / expected.error_rate;
  forecast.duration = time_for(forecast.errors, expected);
  forecast.proof = time_for(errors_to_prove(expected.ratio, expected.weight), expected);
  forecast.decides = forecast.duration <= available;
  forecast.smallest_ratio = smallest_ratio(expected, available);
  if (!forecast.decides) forecast.larger_weight = larger_weight(expected, available);
  forecast.sentence = sentence_of(expected, forecast, available);
  return forecast;
}

std::string duration_text(Millis duration) {
  const double seconds = static_cast<double>(duration.count()) / 1'000;
  if (duration >= kForever) return "100 years or more";
  if (seconds < 120) return short_number(std::ceil(seconds)) + " s";
  if (seconds < 2 * 3'600) return short_number(std::round(seconds / 60)) + " min";
  if (seconds < 48 * 3'600) return short_number(std::round(seconds / 3'600)) + " h";
  return short_number(std::round(seconds / 86'400)) + " days";
}

}  // namespace depops::analysis
