#pragma once

#include <map>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"

namespace depops::simulation {

// How a version behaves at this site.
struct Profile {
  Millis start{500};  // until an instance is ready
  bool never_ready = false;
  std::uint32_t crash_permille = 0;  // per instance and second
  std::uint32_t error_permille = 0;  // of the requests
};

using Profiles = std::map<SetId, Profile>;

}  // namespace depops::simulation
