#pragma once

#include <vector>

#include "agent/prometheus/answer.h"
#include "shared/analysis/counters.h"

namespace depops::agent::prometheus {

// One row for each instance that has requests; its errors are 0 when there are none. Error: a number that is no count,
// errors of an instance without requests.
Result<std::vector<analysis::CounterRow>> rows_of(const SetId& set, const std::vector<Series>& requests,
                                                  const std::vector<Series>& errors);

// The same of the buckets of a histogram, which differ in the label `le`.
Result<std::vector<analysis::CounterRow>> histogram_rows_of(const SetId& set, const std::vector<Series>& buckets);

}  // namespace depops::agent::prometheus
