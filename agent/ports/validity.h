#pragma once

#include "shared/base/moment.h"

namespace depops::agent {

// When a certificate counts.
struct Validity {
  Instant not_before{};
  Instant not_after{};
  bool operator==(const Validity&) const = default;
};

}  // namespace depops::agent
