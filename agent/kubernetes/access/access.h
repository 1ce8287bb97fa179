#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "agent/kubernetes/access/access_config.h"
#include "agent/kubernetes/access/exec_credential.h"

namespace depops::agent::kubernetes {

// Who we are at one API server, as of now: files are read anew for each request, an exec plugin runs again shortly
// before what it gave expires. Thread: any.
class Access {
 public:
  explicit Access(AccessConfig config) : config_(std::move(config)) {}

  const http::Page& server() const { return config_.server; }
  const std::string& server_name() const { return config_.server_name.empty() ? server().host : config_.server_name; }
  const Namespace& space() const { return config_.space; }

  Result<std::string> authorities() const;  // PEM; empty: those of the system
  Result<Identity> identity(Instant now);
  void refused();  // the server did not accept it: what an exec plugin gave is not used again

 private:
  Result<Identity> of_plugin(Instant now);

  const AccessConfig config_;
  std::mutex mutex_;  // one plugin at a time
  std::optional<ExecCredential> given_;
};

}  // namespace depops::agent::kubernetes
