#pragma once

#include "shared/rollout/record.h"
#include "shared/wire/intake.h"

// The parts of a record. Internal.
namespace depops::v1 {
class AnalysisMark;
class CounterRow;
class Intent;
class PauseMark;
class RouteMark;
class Stamp;
class WeightMark;
}  // namespace depops::v1

namespace depops::wire {

void put(const Stamp& stamp, v1::Stamp& out);
void put(const analysis::CounterRow& row, v1::CounterRow& out);
void put(const rollout::AnalysisMark& mark, v1::AnalysisMark& out);
void put(const rollout::Intent& intent, v1::Intent& out);
void put(const rollout::PauseMark& mark, v1::PauseMark& out);
void put(const rollout::RouteMark& mark, v1::RouteMark& out);
void put(const rollout::WeightMark& mark, v1::WeightMark& out);

Stamp get(const v1::Stamp& stamp, Intake& in);
analysis::CounterRow get(const v1::CounterRow& row, Intake& in);
rollout::AnalysisMark get(const v1::AnalysisMark& mark, Intake& in);
rollout::Intent get(const v1::Intent& intent, Intake& in);
rollout::PauseMark get(const v1::PauseMark& mark, Intake& in);
rollout::RouteMark get(const v1::RouteMark& mark, Intake& in);
rollout::WeightMark get(const v1::WeightMark& mark, Intake& in);

}  // namespace depops::wire
