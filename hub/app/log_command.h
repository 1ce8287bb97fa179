#pragma once

#include "hub/ports/log_records.h"

namespace depops::hub {

// A checkpoint of the audit log was signed: it is kept, and counts only from then on. It changes nothing that the log
// is about, so it has no leaf.
struct KeepLogHead {
  LogHead head;
};

}  // namespace depops::hub
