#pragma once

#include <string>

namespace depops::hub {

// An admin lets a hub that lost memory go on, or takes over the sites that obey another one.
struct Recover {
  std::string reason;
};

// This hub was started to take over from another one on the same database, and the epoch was raised.
struct NoteTakeOver {};

}  // namespace depops::hub
