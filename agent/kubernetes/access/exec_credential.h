#pragma once

#include <optional>
#include <string>

#include "agent/kubernetes/access/access_config.h"

namespace depops::agent::kubernetes {

// What shows who we are. Secret: never printed.
struct Identity {
  std::string token;
  std::string certificate;  // PEM
  std::string key;          // PEM
};

struct ExecCredential {
  Identity identity;
  std::optional<Instant> expires;
};

// What a plugin printed (ExecCredential of `api_version`). Error `invalid`, which repeats nothing of it.
Result<ExecCredential> read_exec_credential(const std::string& output, const std::string& api_version);

// Runs the plugin and reads what it says. Error `unavailable`: cannot be started, took too long, ended with a status.
Result<ExecCredential> run_exec_plugin(const ExecPlugin& plugin);

}  // namespace depops::agent::kubernetes
