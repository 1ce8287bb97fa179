#pragma once

#include <string>

namespace depops::hub {

// An admin lets a hub that lost memory go on, or takes over the sites that obey another one.
struct Recover {
  std::string reason;
};

}  // namespace depops::hub
