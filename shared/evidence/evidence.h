#pragma once

#include <string_view>

#include "shared/base/result.h"
#include "shared/sync/desired.h"
#include "shared/trust/evidence.h"

// Thread: any.
namespace depops::evidence {

// What a desired state brings along for a trust root, beside `desired`, which was decoded from it. Error: a newer trust
// root in it can not be read.
Result<trust::Evidence> read(trust::Signed document, const sync::Desired& desired);
Result<trust::Evidence> read(std::string_view frame, const sync::Desired& desired);

}  // namespace depops::evidence
