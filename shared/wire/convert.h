#pragma once

#include "shared/analysis/spec.h"
#include "shared/analysis/verdict.h"
#include "shared/rollout/plan.h"
#include "shared/rollout/record.h"
#include "shared/rollout/report.h"
#include "shared/sync/desired.h"
#include "shared/sync/frame.h"
#include "shared/wire/intake.h"

// Domain values into messages and back. put() never fails; get() leaves what is wrong in the Intake. Internal.
namespace depops::v1 {
class Analysis;
class Command;
class HealthTaken;
class Measurement;
class Plan;
class Record;
class RolloutStatus;
class RouteMatch;
class ServiceTelemetry;
class Telemetry;
class VersionSnapshot;
}  // namespace depops::v1

namespace depops::wire {

void put(const rollout::Plan& plan, v1::Plan& out);
void put(const rollout::VersionSnapshot& snapshot, v1::VersionSnapshot& out);
void put(const rollout::Analysis& analysis, v1::Analysis& out);
void put(const rollout::RouteMatch& match, v1::RouteMatch& out);
void put(const rollout::Command& command, v1::Command& out);
void put(const rollout::RolloutStatus& status, v1::RolloutStatus& out);
void put(const analysis::Measurement& measurement, v1::Measurement& out);
void put(const sync::Telemetry& telemetry, v1::Telemetry& out);
void put(const sync::HealthTaken& taken, v1::HealthTaken& out);
void put(const rollout::Record& record, v1::Record& out);

rollout::Plan get(const v1::Plan& plan, Intake& in);
rollout::VersionSnapshot get(const v1::VersionSnapshot& snapshot, Intake& in);
rollout::Analysis get(const v1::Analysis& analysis, Intake& in);
rollout::RouteMatch get(const v1::RouteMatch& match, Intake& in);
rollout::Command get(const v1::Command& command, Intake& in);
rollout::RolloutStatus get(const v1::RolloutStatus& status, Intake& in);
analysis::Measurement get(const v1::Measurement& measurement, Intake& in);
sync::Telemetry get(const v1::Telemetry& telemetry, Intake& in);
sync::HealthTaken get(const v1::HealthTaken& taken, Intake& in);
rollout::Record get(const v1::Record& record, Intake& in);

}  // namespace depops::wire
