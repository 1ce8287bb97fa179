#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "shared/base/result.h"

namespace depops::hub {

// The settings file of `depops-hub signer` (YAML). Paths are relative to the file.
struct SignerSettings {
  std::filesystem::path state_directory;  // ledger.db and signatures.log
  std::filesystem::path socket;           // default: signer.sock in the state directory
  std::string peer;                       // user whose processes are served; empty: the signer's own
  std::string hub_id;                     // empty: the id of the release key
  std::filesystem::path release_key;      // default: release.key in the state directory
  std::filesystem::path public_key;
  std::filesystem::path log_key;  // of the audit log; default: log.key in the state directory; made if it is not there
  std::vector<std::filesystem::path> trust_roots;  // oldest first; none: nobody is asked for approvals
  std::uint32_t documents_per_minute = 0;

  std::filesystem::path ledger() const { return state_directory / "ledger.db"; }
  std::filesystem::path log() const { return state_directory / "signatures.log"; }
  std::filesystem::path log_guard() const { return state_directory / "log.guard"; }
};

// Errors name file, key and remedy; unknown keys are refused.
Result<SignerSettings> read_signer_settings(const std::filesystem::path& file);

}  // namespace depops::hub
