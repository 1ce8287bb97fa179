#include "shared/analysis/classify.h"

#include <algorithm>
#include <cmath>

#include "shared/analysis/mann_whitney.h"
#include "shared/analysis/sentence.h"

namespace depops::analysis {
namespace {

Samples prepared(const Samples& values, const ClassifierSettings& settings) {
  const Samples clean = settings.replace_nan ? with_nan_as(values, 0) : without_nan(values);
  return settings.remove_outliers ? without(clean, outliers_by_quartiles(clean, 3, true)) : clean;
}

bool same_values(Samples a, Samples b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

bool constant(const Samples& values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

// Two constants need no test: their difference is known exactly. (Kayenta adds random noise to them.)
Result<Shift> compare(const Samples& experiment, const Samples& control, double confidence) {
  if (!constant(experiment) || !constant(control)) return shift_of(experiment, control, confidence);
  const double difference = experiment.front() - control.front();
  return Shift{difference, difference, difference};
}

bool beyond(Class way, double effect, const Thresholds& thresholds) {
  if (std::isnan(effect)) return true;  // there is no such number: the check is left out
  return way == Class::high ? effect >= thresholds.increase : effect <= thresholds.decrease;
}

Class way_of(const Shift& shift, const ClassifierSettings& settings) {
  const double limit = settings.tolerance * std::abs(shift.estimate);
  if (settings.direction != Direction::decrease && shift.low > limit) return Class::high;
  if (settings.direction != Direction::increase && shift.high < -limit) return Class::low;
  return Class::pass;
}

std::string reason(const Classified& made) {
  const std::string numbers = "canary - stable " + short_number(made.estimate) + " (" + short_number(made.low) +
                              " to " + short_number(made.high) + "), effect " +
                              (std::isnan(made.effect) ? std::string("without a number") : short_number(made.effect));
  return numbers + ": " + name_of(made.result);
}

Classified without_data(const ClassifierSettings& settings) {
  Classified made;
  made.result = settings.replace_nan ? Class::pass : Class::no_data;
  made.critical = settings.critical && made.result == Class::no_data;
  made.why = settings.replace_nan ? "no values, taken as 0 in both" : "the canary or the stable version has no values";
  return made;
}

Classified equal(const char* why) {
  Classified made;
  made.result = Class::pass;
  made.effect = 1;
  made.why = why;
  return made;
}

}  // namespace

const char* name_of(Class one) noexcept {
  switch (one) {
    case Class::pass:
      return "Pass";
    case Class::high:
      return "High";
    case Class::low:
      return "Low";
    case Class::no_data:
      return "Nodata";
    case Class::no_data_fail:
      return "NodataFailMetric";
    case Class::error:
      break;
  }
  return "Error";
}

Classified classify(const Samples& experiment, const Samples& control, const ClassifierSettings& settings) {
  const Samples x = prepared(experiment, settings);
  const Samples y = prepared(control, settings);
  if (x.empty() || y.empty()) return without_data(settings);
  if (same_values(x, y)) return equal("both have the same values");
  const auto shift = compare(x, y, settings.confidence);
  Classified made;
  made.result = Class::error;
  if (!shift) {
    made.why = shift.error().what;
    return made;
  }
  made.low = shift->low;
  made.high = shift->high;
  made.estimate = shift->estimate;
  made.effect = settings.effect == Effect::cles ? cles(x, y) : mean_ratio(x, y);
  made.result = way_of(*shift, settings);
  if (made.result != Class::pass && !beyond(made.result, made.effect, settings.allowed)) made.result = Class::pass;
  if (made.result != Class::pass) {
    made.critical = settings.critical && beyond(made.result, made.effect, settings.critical_at);
  }
  made.why = reason(made);
  return made;
}

Class classify_by_means(const Samples& experiment, const Samples& control, Direction direction, bool replace_nan) {
  if (experiment.empty() || control.empty()) return replace_nan ? Class::pass : Class::no_data;
  const double difference = mean_of(experiment) - mean_of(control);
  if (difference > 0 && direction != Direction::decrease) return Class::high;
  if (difference < 0 && direction != Direction::increase) return Class::low;
  return Class::pass;
}

}  // namespace depops::analysis
