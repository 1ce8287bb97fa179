#pragma once

#include "shared/base/result.h"
#include "shared/rollout/plan.h"
#include "tests/vectors/json_file.h"

namespace depops::test {

// A count or a percentage, as Kubernetes writes it; absent is 0. Error: neither.
Result<rollout::CountOrPercent> amount_at(const Poco::JSON::Object& row, const std::string& key);

}  // namespace depops::test
