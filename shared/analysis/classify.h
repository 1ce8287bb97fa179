#pragma once

#include <map>
#include <string>
#include <vector>

#include "shared/analysis/samples.h"

// Kayenta's judge for those who move from there: one classification per metric from two sets of samples, one score from
// all of them. For gauges at one look that was declared before; counts of errors belong to the sequential test, which
// does not miss what is rare (kayenta#426, spinnaker#6278).
namespace depops::analysis {

enum class Direction { increase, decrease, either };  // which change is bad
enum class Effect { mean_ratio, cles };
enum class Class { pass, high, low, no_data, no_data_fail, error };

const char* name_of(Class one) noexcept;

struct Thresholds {
  double decrease = 1;  // low only if the effect is at most this
  double increase = 1;  // high only if it is at least this
  bool operator==(const Thresholds&) const = default;
};
inline constexpr Thresholds kClesThresholds{0.5, 0.5};

struct ClassifierSettings {
  Direction direction = Direction::either;
  bool replace_nan = false;  // by 0, and an empty side passes; else NaN is left out and an empty side is no data
  bool critical = false;
  bool remove_outliers = false;
  double tolerance = 0.25;  // share of the estimated shift that the interval must clear
  double confidence = 0.98;
  Effect effect = Effect::mean_ratio;
  Thresholds allowed;
  Thresholds critical_at;
  bool operator==(const ClassifierSettings&) const = default;
};

struct Classified {
  Class result = Class::no_data;
  bool critical = false;
  double effect = 0;  // of the effect size asked for; NaN: it has none, and was not asked
  double low = 0;     // confidence interval of the shift and its estimate
  double high = 0;
  double estimate = 0;
  std::string why;
};

Classified classify(const Samples& experiment, const Samples& control, const ClassifierSettings& settings);

// By the means alone.
Class classify_by_means(const Samples& experiment, const Samples& control, Direction direction, bool replace_nan);

struct MetricClass {
  Class result = Class::pass;
  std::string group;
  bool critical = false;
};

struct Score {
  double total = 0;                      // 0..100, two decimals
  std::map<std::string, double> groups;  // 0 where a group has no data
};
Score score_of(const std::vector<MetricClass>& metrics, const std::map<std::string, double>& weights);

}  // namespace depops::analysis
