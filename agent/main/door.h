#pragma once

#include <string>

#include "agent/kubernetes/inspection/inspect.h"

namespace depops::agent {

// PEM files: who may have signed the other side's certificate, and what this side shows.
struct DoorKeys {
  std::string authority;
  std::string certificate;
  std::string key;
};

// Whether somebody answers at "https://host:port" or "mqtts://host:port", is who the address says, and lets this
// certificate in. Goes as far as TLS and says nothing, so that an agent that runs is not disturbed. Takes at most a few
// seconds.
kubernetes::Finding look_at_door(const std::string& what, const std::string& url, const DoorKeys& keys);

}  // namespace depops::agent
