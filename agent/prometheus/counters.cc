#include "agent/prometheus/counters.h"

#include <cmath>

namespace depops::agent::prometheus {
namespace {

constexpr double kCountMax = 9'007'199'254'740'992;  // up to here every whole number is exact

using Counts = std::map<std::string, std::uint64_t>;  // by instance

Result<Counts> counts_of(const std::vector<Series>& all, const char* what) {
  Counts counts;
  for (const Series& series : all) {
    const auto instance = series.labels.find("instance");
    const std::string name = instance == series.labels.end() ? "" : instance->second;
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

}  // namespace depops::agent::prometheus
