#pragma once

#include "shared/audit/primitives.h"

namespace depops::signing {

// SHA-256, Ed25519 and base64 for the audit log. Thread: any.
const audit::Primitives& log_primitives();

}  // namespace depops::signing
