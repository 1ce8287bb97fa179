#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "agent/ports/runtime.h"
#include "shared/base/result.h"
#include "shared/ports/clock.h"

namespace depops::agent {

struct ProcessSettings {
  std::string site;
  std::string state_dir;      // absolute; instances.db and one folder per instance, mode 0700
  std::string artifacts_dir;  // absolute; artifacts_dir/<64 hex digits of the digest>/ holds an unpacked artifact
  std::string shim;           // absolute path of depops-shim
  std::uint16_t first_port = 20'000;  // ports for instances, outside ip_local_port_range and no other agent's
  std::uint16_t last_port = 20'999;
  std::uint64_t log_bytes = 16U << 20U;  // of one log file; one older file is kept beside it
  Millis stop_grace{10'000};             // from SIGTERM to SIGKILL
};

// Runs sets as plain processes of this host. What it owns is journaled before it is started and found again after the
// agent died, whenever that was. Errors: state_dir can not be used, shim missing, port range inside the kernel's own.
// `clock` must outlive the runtime.
Result<std::unique_ptr<Runtime>> make_process_runtime(ProcessSettings settings, const ports::Clock& clock);

}  // namespace depops::agent
