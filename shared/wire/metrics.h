#pragma once

#include "shared/analysis/run.h"
#include "shared/wire/intake.h"

// What is analysed and how far it got: parts of a plan and of a record. Internal.
namespace depops::v1 {
class Metric;
class MetricState;
}  // namespace depops::v1

namespace depops::wire {

void put(const analysis::MetricSpec& metric, v1::Metric& out);
void put(const analysis::MetricState& state, v1::MetricState& out);

analysis::MetricSpec get(const v1::Metric& metric, Intake& in);
analysis::MetricState get(const v1::MetricState& state, Intake& in);

}  // namespace depops::wire
