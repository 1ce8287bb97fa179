#pragma once

#include "shared/rollout/record.h"
#include "shared/wire/intake.h"

// Steps that wait for somebody outside, and what a record keeps of them. Internal.
namespace depops::v1 {
class Approval;
class Hook;
class Record;
}  // namespace depops::v1

namespace depops::wire {

void put(const rollout::Approval& approval, v1::Approval& out);
rollout::Approval get(const v1::Approval& message, Intake& in);
void put(const rollout::Hook& hook, v1::Hook& out);
rollout::Hook get(const v1::Hook& message, Intake& in);

void put_gates(const rollout::Record& record, v1::Record& out);
void get_gates(const v1::Record& message, rollout::Record& record, Intake& in);

}  // namespace depops::wire
