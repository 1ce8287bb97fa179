#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/result.h"

namespace depops::agent::prometheus {

using Labels = std::map<std::string, std::string>;

struct Series {
  Labels labels;  // without the name of the metric
  double value = 0;
  bool operator==(const Series&) const = default;
};

struct Answer {
  bool scalar = false;  // one number without labels
  std::vector<Series> series;
};

// The JSON of /api/v1/query, whatever the status of the response was. Error: invalid (no answer of Prometheus, a query
// that is wrong, a matrix, a text), unavailable (the server could not or only in part).
Result<Answer> read_answer(const std::string& json);

// The one number of an answer; nothing without series and for NaN. Error: several series.
Result<std::optional<double>> single(const std::vector<Series>& series);

}  // namespace depops::agent::prometheus
