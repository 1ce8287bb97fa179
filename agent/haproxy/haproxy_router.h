#pragma once

#include <map>
#include <memory>
#include <string>

#include "agent/ports/router.h"
#include "shared/base/result.h"
#include "shared/ports/clock.h"

namespace depops::agent {

struct HaproxyBind {
  std::string address;                 // "127.0.0.1:8080": where users' requests arrive
  std::string health_path = "/ready";  // until orders name another; "" = TCP check
};

struct HaproxySettings {
  std::string site;
  std::string config_path;    // absolute; rendered whole, owned by the agent
  std::string admin_socket;   // absolute; in a folder of mode 0700
  std::string master_socket;  // absolute or ""; `haproxy -W -S <this>,mode,600`: lets the adapter reload by itself
  std::string program = "/usr/sbin/haproxy";  // only for `-c`, the check of a rendered configuration
  std::map<ServiceName, HaproxyBind> binds;   // one frontend and one backend each
  Millis server_timeout{30'000};              // no answer for so long: the attempt is lost, the user gets a 504
  bool replay_writes = false;                 // also repeat POST and the like after an empty answer
};

// Divides requests with HAProxy 2.6 or newer. Writes the configuration if there is none, so that a supervisor can start
// HAProxy with it; never starts it itself. Errors: a setting that can not be written into a configuration, a folder
// that can not be written, a configuration that HAProxy itself refuses. `clock` must outlive the router.
Result<std::unique_ptr<Router>> make_haproxy_router(HaproxySettings settings, const ports::Clock& clock);

}  // namespace depops::agent
