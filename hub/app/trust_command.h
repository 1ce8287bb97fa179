#pragma once

#include <string>

#include "shared/base/names.h"

// What people hand in that others signed.
namespace depops::hub {

// As somebody signed it (shared/statement).
struct Attest {
  DeploymentId deployment;
  std::string envelope;
};

struct TakeTrustRoot {
  std::string bytes;  // a frame
};

}  // namespace depops::hub
