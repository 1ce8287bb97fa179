#include <algorithm>
#include <cmath>

#include "shared/analysis/classify.h"

namespace depops::analysis {
namespace {

struct Group {
  double pass = 0;
  double judged = 0;

  double score() const { return judged == 0 ? 0 : 100 * pass / judged; }
  double counts_as() const { return judged == 0 ? 100 : score(); }  // a group without data holds nothing back
};

std::map<std::string, Group> groups_of(const std::vector<MetricClass>& metrics) {
  std::map<std::string, Group> groups;
  for (const MetricClass& metric : metrics) {
    Group& group = groups[metric.group];
    if (metric.result == Class::no_data || metric.result == Class::error) continue;
    group.judged += 1;
    group.pass += metric.result == Class::pass ? 1 : 0;
  }
  return groups;
}

bool any_critical_failure(const std::vector<MetricClass>& metrics) {
  return std::any_of(metrics.begin(), metrics.end(),
                     [](const MetricClass& metric) { return metric.critical && metric.result != Class::pass; });
}

bool half_without_data(const std::vector<MetricClass>& metrics) {
  const auto none = std::count_if(metrics.begin(), metrics.end(),
                                  [](const MetricClass& metric) { return metric.result == Class::no_data; });
  return 2 * none >= static_cast<std::ptrdiff_t>(metrics.size());
}

// What groups without a weight of their own get: equal parts of what is left of 100.
double rest_weight(const std::map<std::string, Group>& groups, const std::map<std::string, double>& weights) {
  double sum = 0;
  for (const auto& [name, weight] : weights) sum += weight;
  const auto without =
      std::count_if(groups.begin(), groups.end(), [&](const auto& group) { return !weights.contains(group.first); });
  return without == 0 ? 0 : (100 - sum) / static_cast<double>(without);
}

}  // namespace

Score score_of(const std::vector<MetricClass>& metrics, const std::map<std::string, double>& weights) {
  Score score;
  const auto groups = groups_of(metrics);
  const double rest = rest_weight(groups, weights);
  for (const auto& [name, group] : groups) {
    const auto weight = weights.find(name);
    score.groups[name] = group.score();
    score.total += group.counts_as() * (weight == weights.end() ? rest : weight->second) / 100;
  }
  score.total = std::round(100 * score.total) / 100;
  if (any_critical_failure(metrics) || half_without_data(metrics)) score.total = 0;
  return score;
}

}  // namespace depops::analysis
