#include "agent/prometheus/counters.h"

#include <cmath>

#include "shared/analysis/histogram.h"

namespace depops::agent::prometheus {
namespace {

constexpr double kCountMax = 9'007'199'254'740'992;  // up to here every whole number is exact

std::string label_of(const Series& series, const char* label) {
  const auto found = series.labels.find(label);
  return found == series.labels.end() ? "" : found->second;
}

using Counts = std::map<std::string, std::uint64_t>;  // by instance

Result<Counts> counts_of(const std::vector<Series>& all, const char* what) {
  Counts counts;
  for (const Series& series : all) {
    const std::string name = label_of(series, "instance");
    const double value = series.value;
    if (!(value >= 0 && value <= kCountMax && std::floor(value) == value)) {
      return Error{Errc::invalid, std::string(what) + " of \"" + name + "\" are " + std::to_string(value) +
                                      ", which is no count; ask for the counter itself, not for a rate"};
    }
    counts[name] += static_cast<std::uint64_t>(value);
  }
  return counts;
}

}  // namespace

Result<std::vector<analysis::CounterRow>> rows_of(const SetId& set, const std::vector<Series>& requests,
                                                  const std::vector<Series>& errors) {
  DEPOPS_TRY(const Counts answers, counts_of(requests, "requests"));
  DEPOPS_TRY(const Counts failed, counts_of(errors, "errors"));
  for (const auto& [instance, count] : failed) {
    if (answers.contains(instance)) continue;
    return Error{Errc::invalid, "errors of instance \"" + instance +
                                    "\", which has no requests; both queries must keep the label instance, or neither"};
  }
  std::vector<analysis::CounterRow> rows;
  for (const auto& [instance, count] : answers) {
    const auto errors_of = failed.find(instance);
    rows.push_back({set, "prometheus:" + instance, count, errors_of == failed.end() ? 0 : errors_of->second, 0});
  }
  return rows;
}

Result<std::vector<analysis::CounterRow>> histogram_rows_of(const SetId& set, const std::vector<Series>& buckets) {
  std::map<std::string, std::map<std::string, double>> by_instance;
  for (const Series& series : buckets)
    by_instance[label_of(series, "instance")][label_of(series, "le")] += series.value;
  std::vector<analysis::CounterRow> rows;
  for (const auto& [instance, by_bound] : by_instance) {
    analysis::CounterRow row{set, "prometheus:" + instance};
    const Result<void> put = analysis::put_buckets(by_bound, row);
    if (!put.ok()) return put.error().in("histogram of instance \"" + instance + "\"");
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace depops::agent::prometheus
