#pragma once

#include <string>
#include <string_view>

#include "shared/audit/leaf.h"
#include "shared/base/result.h"
#include "shared/rollout/plan.h"
#include "shared/rollout/record.h"
#include "shared/rollout/report.h"
#include "shared/sync/desired.h"

// Domain values and the bytes they travel and are kept as. Encoding is deterministic: equal values give equal bytes.
// Free texts that are too long are cut when encoded. Decoding checks every cap of limits.h and every rule a value must
// keep: `corrupt` = not such bytes, `invalid` = a value breaks a rule, `unsupported` = from a newer peer. The error
// names the field.
namespace depops::wire {

std::string encode_plan(const rollout::Plan& plan);
Result<rollout::Plan> decode_plan(std::string_view bytes);

// `plan_bytes` of each target go out as they are and must be encode_plan() of some plan; `plan` is not looked at.
// Decoding fills `plan` and checks `plan_digest` against the bytes.
std::string encode_desired(const sync::Desired& desired);
Result<sync::Desired> decode_desired(std::string_view bytes);

// Entries of the streams `events` and `audit`.
std::string encode_report(const rollout::Report& report);
Result<rollout::Report> decode_report(std::string_view bytes);
std::string encode_leaf(const audit::Leaf& leaf);
Result<audit::Leaf> decode_leaf(std::string_view bytes);

// How an agent keeps a service in its journal.
std::string encode_record(const rollout::Record& record);
Result<rollout::Record> decode_record(std::string_view bytes);

}  // namespace depops::wire
